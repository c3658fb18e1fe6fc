using BatchBus.Hosting;

namespace BatchBus.Api.DeadLetters;

/// <summary>Looks at dead letters and leaves them where they are.</summary>
sealed class DeadLetterLook(BrokerConnections broker, TimeProvider clock)
{
    const int Samples = 5;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Looks into every queue, at so many messages of each.</summary>
    public async Task<DeadLetterList> All(int limit, CancellationToken cancellationToken)
    {
        await using var session = await DeadLetterSession.Open(broker, clock, cancellationToken);
        var views = new List<DeadLetterQueueView>();
        foreach (var queue in DeadLetterQueue.All) views.Add(await Look(session, queue, limit, cancellationToken));
        return new DeadLetterList(views);
    }

    static async Task<DeadLetterQueueView> Look(DeadLetterSession session, DeadLetterQueue queue, int limit, CancellationToken cancellationToken)
    {
        var isBusy = !await session.TakeTurn(queue, Patience, cancellationToken);
        var count = await session.Count(queue, cancellationToken) ?? 0;
        var groups = new DeadLetterGroups(Samples);
        if (!isBusy && count > 0) await Examine(session, queue, Math.Min(count, limit), groups, cancellationToken);
        return new DeadLetterQueueView
        {
            Queue = queue.Name, Source = queue.Source, Count = count, Examined = groups.Count, IsBusy = isBusy, OldestAt = groups.OldestAt, Groups = groups.List(),
        };
    }

    static async Task Examine(DeadLetterSession session, DeadLetterQueue queue, int count, DeadLetterGroups groups, CancellationToken cancellationToken)
    {
        await using var channel = await session.Channel(cancellationToken);
        var tags = new List<ulong>();
        while (groups.Count < count && await channel.BasicGetAsync(queue.Name, autoAck: false, cancellationToken) is { } message)
        {
            groups.Add(new DeadLetter(message));
            tags.Add(message.DeliveryTag);
        }
        await DeadLetterSession.PutBack(channel, tags);
    }
}
