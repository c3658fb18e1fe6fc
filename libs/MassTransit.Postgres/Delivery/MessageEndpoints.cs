using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Finds the endpoint a stored message goes to. For a published message that is the publish endpoint of its type, because only there the
/// transport deploys the type's publish topology (exchange, bindings to implemented types and to queues) before the first message. An endpoint
/// by address would declare a bare exchange, and what is sent to an exchange without bindings is lost.
/// </summary>
sealed class MessageEndpoints(ILogger logger)
{
    readonly ConcurrentDictionary<string, PublishRoute?> _routes = [];

    /// <exception cref="Exception">The address means nothing to the transport.</exception>
    public Task<ISendEndpoint> Find(IBus bus, StoredMessage message)
    {
        var route = _routes.GetOrAdd(message.Row.ClrType, CreateRoute, bus);
        return route is not null && route.Address == message.DestinationAddress ? route.Find(bus) : bus.GetSendEndpoint(message.DestinationAddress);
    }

    PublishRoute? CreateRoute(string clrType, IBus bus)
    {
        if (Type.GetType(clrType, throwOnError: false) is not { } type)
        {
            logger.LogWarning("The outbox holds messages of the type {Type}, which this process does not have: they are sent by address, "
                + "without deploying the type's publish topology", clrType);
            return null;
        }

        if (!bus.Topology.TryGetPublishAddress(type, out var address)) return null;
        return (PublishRoute?)Activator.CreateInstance(typeof(PublishRoute<>).MakeGenericType(type), address);
    }

    abstract class PublishRoute(Uri address)
    {
        public Uri Address => address;

        public abstract Task<ISendEndpoint> Find(IBus bus);
    }

    sealed class PublishRoute<T>(Uri address) : PublishRoute(address)
        where T : class
    {
        public override Task<ISendEndpoint> Find(IBus bus) => bus.GetPublishSendEndpoint<T>();
    }
}
