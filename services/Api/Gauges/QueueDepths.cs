using BatchBus.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Api.Gauges;

/// <summary>Counts what is ready in queues. The connection is kept between looks, for the broker's log has a line for each.</summary>
sealed class QueueDepths(BrokerConnections broker) : IAsyncDisposable
{
    IConnection? _connection;

    /// <summary>Messages by queue; one that has not been declared, for nothing has ever been in it, has none.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Read(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        if (_connection is not { IsOpen: true })
        {
            await DisposeAsync();
            _connection = await broker.Open("batchbus-api gauges", cancellationToken);
        }
        var depths = new Dictionary<string, long>();
        foreach (var queue in queues) depths[queue] = await Count(_connection, queue, cancellationToken);
        return depths;
    }

    static async Task<long> Count(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        // On a channel of its own: the broker closes one that asks for what is not there.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.MessageCountAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _connection = null;
    }
}
