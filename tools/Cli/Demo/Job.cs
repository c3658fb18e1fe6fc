namespace BatchBus.Cli.Demo;

/// <summary>A job as the Api shows it; only what the demo looks at.</summary>
sealed record Job
{
    public required string Status { get; init; }
    public required JobProgress Progress { get; init; }
    public JobError? Error { get; init; }
    public string? WaitingFor { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }

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
    public double? MembersPerSecond { get; init; }

    public Accounting Accounting => new(MembersFetched, Inserted, Duplicates, Invalid, WithoutEmail);
}
