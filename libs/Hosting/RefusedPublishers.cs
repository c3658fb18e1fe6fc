using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace BatchBus.Hosting;

/// <summary>
/// Gets a new connection when the broker refuses (<c>basic.nack</c>) whatever this process sends somewhere. A channel may be refused for good
/// where another would not be: RabbitMQ 3.10 introduces a channel to a quorum queue at its first message, through the node that led the
/// queue then; when just that node dies, the channel goes on asking it (<c>enqueue</c> in <c>rabbit_fifo_client.erl</c>).
/// </summary>
sealed class RefusedPublishers(TimeProvider clock, ILogger<RefusedPublishers> log) : ISendObserver, IPublishObserver
{
    // A full queue refuses, too, and a new connection does not empty it; each that was for nothing is therefore followed by a longer wait.
    static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5), LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>When a destination refused first, of those that have taken nothing since.</summary>
    readonly ConcurrentDictionary<Uri, long> _refusals = new();

    readonly Lock _lock = new();
    TimeSpan _wait = ShortestWait;
    IConnection? _connection;

    /// <summary>Watches the connection that an endpoint is on; the process publishes on the same one.</summary>
    public void Watch(IRabbitMqBusFactoryConfigurator rabbit) => rabbit.LookAtEveryChannel("refusedPublishers", channel =>
    {
        lock (_lock) _connection = channel.ConnectionContext.Connection;
    });

    Task ISendObserver.PreSend<T>(SendContext<T> context) => Task.CompletedTask;

    Task ISendObserver.PostSend<T>(SendContext<T> context) => Taken(context.DestinationAddress);

    Task ISendObserver.SendFault<T>(SendContext<T> context, Exception exception) => Failed(context.DestinationAddress, exception);

    Task IPublishObserver.PrePublish<T>(PublishContext<T> context) => Task.CompletedTask;

    Task IPublishObserver.PostPublish<T>(PublishContext<T> context) => Taken(context.DestinationAddress);

    Task IPublishObserver.PublishFault<T>(PublishContext<T> context, Exception exception) => Failed(context.DestinationAddress, exception);

    Task Taken(Uri? destination)
    {
        if (!_refusals.IsEmpty && destination is not null && _refusals.TryRemove(destination, out _)) _wait = ShortestWait;
        return Task.CompletedTask;
    }

    async Task Failed(Uri? destination, Exception exception)
    {
        if (destination is null || exception.GetBaseException() is not PublishException { IsReturn: false }) return;
        var refusedFor = clock.GetElapsedTime(_refusals.GetOrAdd(destination, _ => clock.GetTimestamp()));
        IConnection connection;
        lock (_lock)
        {
            if (refusedFor < _wait || _connection is not { IsOpen: true } current) return;
            (connection, _connection) = (current, null);
            _wait = _wait * 2 < LongestWait ? _wait * 2 : LongestWait;
            _refusals.Clear();
        }
        log.LogWarning("RabbitMQ has refused everything for {Destination} for {Seconds:F0} s; connecting anew", destination.AbsolutePath.Split('/')[^1], refusedFor.TotalSeconds);
        await connection.AbortAsync();
    }
}
