using BatchBus.Hosting;
using RabbitMQ.Client;

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
        foreach (var queue in queues) depths[queue] = (await PassiveLook.At(_connection, queue, cancellationToken))?.MessageCount ?? 0;
        return depths;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _connection = null;
    }
}
