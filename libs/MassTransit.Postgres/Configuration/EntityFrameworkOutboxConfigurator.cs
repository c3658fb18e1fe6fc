using MassTransit.DependencyInjection;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MassTransit;

/// <summary>Options of the inbox and outbox in <typeparamref name="TDb"/>.</summary>
public sealed class EntityFrameworkOutboxConfigurator<TDb>
    where TDb : DbContext
{
    bool _isPostgres;
    bool _usesBusOutbox;
    bool _delivers = true;
    bool _cleansUp = true;
    Func<IServiceProvider, TimeSpan>? _duplicateDetectionWindow;

    internal EntityFrameworkOutboxConfigurator()
    {
    }

    /// <summary>How long a message's identity is remembered, so that a second delivery is recognised; default 30 minutes.</summary>
    public TimeSpan DuplicateDetectionWindow { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Pause between two looks into an idle outbox; default 1 second. Commits of this process do not wait for it.</summary>
    public TimeSpan QueryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Messages taken from the outbox and sent together; default 100.</summary>
    public int QueryMessageLimit { get; set; } = 100;

    /// <summary>Time limit for the broker to confirm a message; default 10 seconds.</summary>
    public TimeSpan MessageDeliveryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Failures for a reason that lies in the message after which it is parked; default 10. An unreachable or refusing broker does not count.
    /// </summary>
    public int MaxDeliveryAttempts { get; set; } = 10;

    /// <summary>Says that the context is on PostgreSQL, the only database whose row locks this outbox knows; must be called.</summary>
    public void UsePostgres() => _isPostgres = true;

    /// <summary>
    /// Makes <see cref="IPublishEndpoint"/> and <see cref="ISendEndpointProvider"/> of a scope that consumes nothing (an HTTP request) write to
    /// the outbox too: their messages leave with the context's <c>SaveChanges</c> and commit.
    /// </summary>
    public void UseBusOutbox() => _usesBusOutbox = true;

    /// <summary>Leaves delivery to other processes on the same table; this one only writes.</summary>
    public void DisableDeliveryService() => _delivers = false;

    /// <summary>Leaves the deletion of old inbox rows to other processes on the same table.</summary>
    public void DisableInboxCleanupService() => _cleansUp = false;

    /// <summary>Takes <see cref="DuplicateDetectionWindow"/> from the container instead, where the application's own options are.</summary>
    /// <param name="window">Reads it.</param>
    public void SetDuplicateDetectionWindow(Func<IServiceProvider, TimeSpan> window) => _duplicateDetectionWindow = window;

    internal void Register(IBusRegistrationConfigurator services)
    {
        var options = Build();
        services.AddSingleton(provider => WithWindow(options, _duplicateDetectionWindow?.Invoke(provider) ?? DuplicateDetectionWindow));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<OutboxCommits<TDb>>();
        services.TryAddSingleton<OutboxWriter<TDb>>();
        services.TryAddScoped<IOutboxContextFactory<TDb>, InboxContextFactory<TDb>>();
        services.ConfigureDbContext<TDb>((provider, options) => options.AddInterceptors(provider.GetRequiredService<OutboxCommits<TDb>>()));
        if (_usesBusOutbox) services.ReplaceScoped<IScopedBusContextProvider<IBus>, OutboxBusContextProvider<TDb>>();

        // Hosted services stop in reverse order, and the bus's was added before these: the delivery ends while the bus can still send.
        services.AddHostedService<OutboxModelCheck<TDb>>();
        if (_delivers) services.AddHostedService<OutboxDeliveryService<TDb>>();
        if (_cleansUp) services.AddHostedService<InboxCleanupService<TDb>>();
    }

    OutboxOptions<TDb> Build()
    {
        Require(_isPostgres, "needs its database named: call UsePostgres().");
        Require(QueryDelay > TimeSpan.Zero && QueryDelay <= TimeSpan.FromHours(1), "needs a QueryDelay of more than nothing and at most an hour.");
        Require(QueryMessageLimit is > 0 and <= 10_000, "needs a QueryMessageLimit of 1 to 10,000 messages.");
        Require(MessageDeliveryTimeout > TimeSpan.Zero && MessageDeliveryTimeout <= TimeSpan.FromMinutes(10),
            "needs a MessageDeliveryTimeout of more than nothing and at most 10 minutes, for so long a batch may hold its rows.");
        Require(MaxDeliveryAttempts > 0, "needs a MaxDeliveryAttempts of at least 1.");
        return WithWindow(new OutboxOptions<TDb>(DuplicateDetectionWindow, QueryDelay, QueryMessageLimit, MessageDeliveryTimeout, MaxDeliveryAttempts), DuplicateDetectionWindow);
    }

    static OutboxOptions<TDb> WithWindow(OutboxOptions<TDb> options, TimeSpan window)
    {
        Require(window > TimeSpan.Zero, "needs a DuplicateDetectionWindow longer than nothing.");
        return options with { DuplicateDetectionWindow = window };
    }

    static void Require(bool holds, string rule)
    {
        if (!holds) throw new ConfigurationException($"The outbox of {typeof(TDb).Name} {rule}");
    }
}
