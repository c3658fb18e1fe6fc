using BatchBus.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Api.DeadLetters;

/// <summary>
/// A connection for one look at dead letters, or one replay. Whatever it has taken and not acknowledged goes back to its place when it ends, also
/// when the process does.
/// </summary>
sealed class DeadLetterSession : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly IConnection _connection;
    readonly TimeProvider _clock;

    DeadLetterSession(IConnection connection, TimeProvider clock) => (_connection, _clock) = (connection, clock);

    public static async Task<DeadLetterSession> Open(BrokerConnections broker, TimeProvider clock, CancellationToken cancellationToken) =>
        new(await broker.Open("batchbus-api dead letters", cancellationToken), clock);

    /// <summary>
    /// Keeps others out of a queue until this session ends: what one has taken the other would miss, and its counts would be wrong. The lock is an
    /// exclusive queue, which the broker takes away with its connection, so that no lock outlives a process.
    /// </summary>
    /// <returns>False when somebody else is still at it after <paramref name="patience"/>.</returns>
    public async Task<bool> TakeTurn(DeadLetterQueue queue, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        while (!await TryLock(queue, cancellationToken))
        {
            if (_clock.GetElapsedTime(start) > patience) return false;
            await Task.Delay(Pause, _clock, cancellationToken);
        }
        return true;
    }

    /// <summary>How many messages are there to be taken; null when the queue has not been declared, for nothing has ever died there.</summary>
    public async Task<int?> Count(DeadLetterQueue queue, CancellationToken cancellationToken) =>
        (int?)(await PassiveLook.At(_connection, queue.Name, cancellationToken))?.MessageCount;

    /// <summary>Opens a channel that takes messages and publishes with confirms.</summary>
    public Task<IChannel> Channel(CancellationToken cancellationToken) => _connection.CreateChannelAsync(
        new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);

    /// <summary>
    /// Puts messages back in the order in which they were taken. Closing the channel would put them back as well, but into a quorum queue in any order.
    /// </summary>
    public static async Task PutBack(IChannel channel, IEnumerable<ulong> tags)
    {
        foreach (var tag in tags) await channel.BasicNackAsync(tag, multiple: false, requeue: true);
    }

    async Task<bool> TryLock(DeadLetterQueue queue, CancellationToken cancellationToken)
    {
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.QueueDeclareAsync($"{queue.Name}.busy", durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
