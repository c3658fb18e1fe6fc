using BatchBus.Hosting;

namespace BatchBus.Api.Broker;

/// <summary>The queues, looked at once for all who ask within two seconds.</summary>
sealed class QueueOverview(ManagementApi management, BrokerConnections broker, TimeProvider clock)
{
    /// <summary>How old an answer may be.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);

    // For the broker that does not answer at all.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly Lock _oneAtATime = new();
    Task<QueueList>? _look;
    long _begun;

    /// <summary>The queues. Whoever gives up waiting takes nothing from the others.</summary>
    public Task<QueueList> Read(CancellationToken cancellationToken)
    {
        lock (_oneAtATime)
        {
            // A failure, too, is told to all who ask meanwhile.
            if (_look is null || (_look.IsCompleted && clock.GetElapsedTime(_begun) >= MaxAge)) (_look, _begun) = (Look(), clock.GetTimestamp());
            return _look.WaitAsync(cancellationToken);
        }
    }

    async Task<QueueList> Look()
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        try
        {
            return new QueueList(QueueSource.Management, null, await management.Queues(limit.Token));
        }
        catch (ManagementException e)
        {
            return new QueueList(QueueSource.Broker, $"{e.Message} Until then only ready messages and consumers are known.", await AskTheBroker(limit.Token));
        }
    }

    async Task<IReadOnlyList<QueueView>> AskTheBroker(CancellationToken cancellationToken)
    {
        await using var connection = await broker.Open("batchbus-api queues", cancellationToken);
        var views = new List<QueueView>();
        foreach (var queue in QueueName.All)
            if (await PassiveLook.At(connection, queue.Name, cancellationToken) is { } found)
                views.Add(new QueueView { Name = queue.Name, Kind = queue.Kind, Ready = found.MessageCount, Consumers = (int)found.ConsumerCount });
        return views;
    }
}
