using MassTransit;
using RabbitMQ.Client;

namespace BatchBus.Hosting;

/// <summary>
/// Whether RabbitMQ blocks this process's publishers, as it does when it is short of memory or disk
/// (https://www.rabbitmq.com/docs/connection-blocked). Publishers then wait, and nothing else would say why.
/// </summary>
sealed class BlockedPublishers
{
    volatile Blocked? _blocked;

    /// <summary>What the broker says, e.g. <c>low on memory</c>; null when it takes messages.</summary>
    public string? Reason => _blocked is { Connection.IsOpen: true } blocked ? blocked.Reason : null;

    /// <summary>Watches the connection that an endpoint is on; the process publishes on the same one.</summary>
    public void Watch(IRabbitMqBusFactoryConfigurator rabbit) =>
        rabbit.LookAtEveryChannel("blockedPublishers", channel => Watch(channel.ConnectionContext.Connection));

    void Watch(IConnection connection)
    {
        connection.ConnectionBlockedAsync += (_, e) =>
        {
            _blocked = new Blocked(connection, e.Reason);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _blocked = null;
            return Task.CompletedTask;
        };
    }

    sealed record Blocked(IConnection Connection, string Reason);
}
