namespace BatchBus.Cli.Client;

/// <summary>A job as the Api shows it.</summary>
sealed record Job
{
    public required Guid Id { get; init; }
    public required Guid AudienceId { get; init; }
    public required Guid ConnectionId { get; init; }
    public required string Name { get; init; }

    /// <summary>create, refresh_new or refresh_all.</summary>
    public string Kind { get; init; } = "create";

    public required string Status { get; init; }
    public required string Priority { get; init; }
    public int Attempt { get; init; }
    public int Retries { get; init; }
    public required JobProgress Progress { get; init; }
    public JobError? Error { get; init; }
    public long? QueuePosition { get; init; }
    public string? WaitingFor { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? ResumeAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public string? TraceId { get; init; }

    public bool HasEnded => Status is "completed" or "failed" or "cancelled";

    /// <summary>What it is doing, in one or two words.</summary>
    public string Phase(long members) => Status switch
    {
        "processing" when Progress.MembersFetched == 0 => "starting",
        "processing" when Progress.MembersFetched >= members => "finishing",
        "processing" => "reading",
        "pending" => "waiting",
        _ => Status,
    };
}

sealed record JobError(string Code, string Message);

/// <summary>The counts of a job; the members are counted once their page is stored.</summary>
sealed record JobProgress
{
    public long PagesFetched { get; init; }
    public long PagesIngested { get; init; }
    public long MembersFetched { get; init; }
    public long Inserted { get; init; }
    public long Duplicates { get; init; }
    public long Invalid { get; init; }
    public long WithoutEmail { get; init; }

    /// <summary>Those of the duplicates that a refresh has changed.</summary>
    public long Changed { get; init; }

    /// <summary>Members whom a refresh of all did not find any more.</summary>
    public long Missing { get; init; }

    public double? MembersPerSecond { get; init; }

    /// <summary>Whop's own count, where the key may read it.</summary>
    public long? ExpectedMembers { get; init; }

    public Accounting Accounting => new(MembersFetched, Inserted, Duplicates, Invalid, WithoutEmail);
}

/// <summary>A page of jobs, newest first.</summary>
/// <param name="Items">The jobs.</param>
/// <param name="Next">The <c>before</c> of the next page.</param>
sealed record JobList(IReadOnlyList<Job> Items, string? Next);

/// <summary>How many of the caller's jobs there are in the states that last.</summary>
sealed record JobSummary(int Pending, int Processing, int Paused);
