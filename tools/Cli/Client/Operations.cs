namespace BatchBus.Cli.Client;

/// <summary>A worker process as the Api shows it.</summary>
sealed record Worker
{
    public required string Id { get; init; }

    /// <summary>fetcher or ingest.</summary>
    public required string Service { get; init; }

    public required string Host { get; init; }
    public string? Version { get; init; }

    /// <summary>active, stale (not heard of for a while) or stopped.</summary>
    public required string Status { get; init; }

    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset LastHeartbeat { get; init; }
    public int Slots { get; init; }
    public int InFlight { get; init; }
    public long Processed { get; init; }
    public long Failed { get; init; }
    public long MemoryBytes { get; init; }

    /// <summary>Cores that it uses, 1 for a whole one; null before it is known.</summary>
    public double? ProcessorUse { get; init; }
}

sealed record WorkerList(IReadOnlyList<Worker> Items);

/// <summary>A queue as the Api shows it; null is what only RabbitMQ's management API could tell.</summary>
sealed record QueueState
{
    public required string Name { get; init; }

    /// <summary>work, error, skipped or delay.</summary>
    public required string Kind { get; init; }

    public long? Ready { get; init; }
    public long? Unacknowledged { get; init; }
    public long? Consumers { get; init; }
    public DateTimeOffset? OldestAt { get; init; }
    public double? PublishRate { get; init; }
    public double? DeliverRate { get; init; }

    public bool IsOfDeadLetters => Kind is "error" or "skipped";
}

/// <param name="Source">management or broker.</param>
/// <param name="Detail">Why something is not known.</param>
/// <param name="Items">The queues.</param>
sealed record QueueList(string Source, string? Detail, IReadOnlyList<QueueState> Items);

/// <summary>The figures of a UTC date.</summary>
sealed record Day
{
    public DateOnly Date { get; init; }
    public long JobsCreated { get; init; }
    public long JobsCompleted { get; init; }
    public long JobsFailed { get; init; }
    public long JobsCancelled { get; init; }
    public double? SuccessRate { get; init; }
    public long MembersFetched { get; init; }
    public long MembersInserted { get; init; }
    public long ApiCalls { get; init; }
    public long RateLimited { get; init; }
    public double JobSecondsP95 { get; init; }
}
