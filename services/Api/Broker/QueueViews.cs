namespace BatchBus.Api.Broker;

/// <summary>Where the figures of the queues come from.</summary>
enum QueueSource
{
    /// <summary>RabbitMQ's management API, which knows everything.</summary>
    Management,

    /// <summary>The broker itself, which says how many messages and consumers there are.</summary>
    Broker,
}

/// <summary>The queues as they were within the last two seconds; the management API itself counts anew every five.</summary>
/// <param name="Source">Where the figures come from.</param>
/// <param name="Detail">What is missing and which setting helps; null when nothing is.</param>
/// <param name="Items">The queues that there are. Those of dead letters come into being with their first message.</param>
sealed record QueueList(QueueSource Source, string? Detail, IReadOnlyList<QueueView> Items);

/// <summary>A queue. What the source does not know is null.</summary>
sealed record QueueView
{
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required QueueKind Kind { get; init; }

    /// <summary>Messages that wait.</summary>
    public required long? Ready { get; init; }

    /// <summary>Messages that consumers have in hand.</summary>
    public long? Unacknowledged { get; init; }

    /// <summary>Both.</summary>
    public long? Total { get; init; }

    public required int? Consumers { get; init; }

    /// <summary>When the message at the queue's head was sent: the next one to be delivered, which with priorities need not be the oldest.</summary>
    public DateTimeOffset? OldestAt { get; init; }

    /// <summary>Messages a second that come in.</summary>
    public double? PublishRate { get; init; }

    /// <summary>Messages a second that go to consumers.</summary>
    public double? DeliverRate { get; init; }

    /// <summary>Messages a second that consumers have done.</summary>
    public double? AcknowledgeRate { get; init; }
}
