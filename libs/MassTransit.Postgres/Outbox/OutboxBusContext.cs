using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Transports;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Endpoints of a scope that consumes nothing: they write to the outbox. Requests are answered within the scope, so they go out at once.
/// </summary>
sealed class OutboxBusContext<TDb>(IBus bus, TDb db, OutboxWriter<TDb> writer, IClientFactory clients, IServiceProvider provider)
    : ScopedBusContext, OutboxSendContext
    where TDb : DbContext
{
    public ISendEndpointProvider SendEndpointProvider => field ??= new OutboxSendEndpointProvider(this, bus);

    public IPublishEndpoint PublishEndpoint => field ??= new PublishEndpoint(new OutboxPublishEndpointProvider(this, bus));

    public IScopedClientFactory ClientFactory =>
        field ??= new ScopedClientFactory(new ClientFactory(new ScopedClientFactoryContext(clients, provider)), null);

    public Task AddSend<T>(SendContext<T> context)
        where T : class
    {
        writer.Add(db, context);
        return Task.CompletedTask;
    }

    public object? GetService(Type serviceType) => provider.GetService(serviceType);
}

/// <summary>Decides what a scope's endpoints do: those of a consumer's scope belong to the message it consumes.</summary>
sealed class OutboxBusContextProvider<TDb>(
    IBus bus, TDb db, OutboxWriter<TDb> writer, Bind<IBus, IClientFactory> clients, Bind<IBus, IScopedConsumeContextProvider> consuming,
    IServiceProvider provider)
    : IScopedBusContextProvider<IBus>
    where TDb : DbContext
{
    public ScopedBusContext Context { get; } = consuming.Value.HasContext
        ? new ConsumeContextScopedBusContext(consuming.Value.GetContext(), clients.Value)
        : new OutboxBusContext<TDb>(bus, db, writer, clients.Value, provider);
}
