using MassTransit.Configuration;
using Microsoft.EntityFrameworkCore;

namespace MassTransit;

/// <summary>Consumer inbox, consumer outbox and bus outbox in PostgreSQL, through Entity Framework Core.</summary>
public static class EntityFrameworkOutboxExtensions
{
    /// <summary>
    /// Adds the inbox and outbox tables of <typeparamref name="TDb"/> to the bus: what a consumer behind
    /// <see cref="UseEntityFrameworkOutbox{TDb}"/> sends leaves after its transaction has been committed, and only then.
    /// </summary>
    /// <exception cref="ConfigurationException">An option is out of range; the message says which and why.</exception>
    public static void AddEntityFrameworkOutbox<TDb>(
        this IBusRegistrationConfigurator configurator, Action<EntityFrameworkOutboxConfigurator<TDb>>? configure = null)
        where TDb : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);

        var outbox = new EntityFrameworkOutboxConfigurator<TDb>();
        configure?.Invoke(outbox);
        outbox.Register(configurator);
    }

    /// <summary>
    /// Handles each message of the endpoint once and in one transaction of <typeparamref name="TDb"/>. Goes after
    /// <c>UseMessageRetry</c>, so that each try has a transaction of its own.
    /// </summary>
    public static void UseEntityFrameworkOutbox<TDb>(this IReceiveEndpointConfigurator configurator, IRegistrationContext context)
        where TDb : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(context);

        var observer = new OutboxConsumePipeSpecificationObserver<TDb>(configurator, context);
        configurator.ConnectConsumerConfigurationObserver(observer);
        configurator.ConnectSagaConfigurationObserver(observer);
    }
}
