using BatchBus.Contracts;
using MassTransit;

namespace BatchBus.Api.Jobs;

/// <summary>One job, which is one row of <c>batch_processing_queue</c> and the instance of its saga. Only the saga changes it.</summary>
sealed class BatchJob : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string Status { get; set; } = "";

    public required Guid OwnerId { get; set; }
    public required Guid AudienceId { get; set; }
    public required Guid ConnectionId { get; set; }
    public JobPriority Priority { get; set; } = JobPriority.Normal;

    /// <summary>Levels that it had risen by waiting when it started.</summary>
    public short RisenBy { get; set; }

    /// <summary>What it does with members whom the audience has already: a name of <see cref="JobKind"/>.</summary>
    public string Kind { get; set; } = JobKind.Create;

    /// <summary>Members created before this time are not read; null from the company's first on.</summary>
    public DateTimeOffset? ReadFrom { get; set; }

    public string? IdempotencyKey { get; set; }
    public string? RequestHash { get; set; }

    // Where the reading stands.

    /// <summary>Whop's cursor after the last page, while the job has no windows.</summary>
    public string? Cursor { get; set; }

    public int PagesFetched { get; set; }

    /// <summary>How many windows it has had; 0 while it has never been divided into several.</summary>
    public int Windows { get; set; }

    public bool FetchedAll { get; set; }

    /// <summary>Number of the latest slice; a report for any other is ignored.</summary>
    public int Slice { get; set; }

    /// <summary>When the slice under way was sent; null when none is.</summary>
    public DateTimeOffset? SliceSentAt { get; set; }

    /// <summary>When the connection's key may be used again, by its pace.</summary>
    public DateTimeOffset? NextRequestAt { get; set; }

    /// <summary>
    /// Until when the slice that was under way when the job left the running ones may use the connection's key; null when none was, or when it
    /// has reported.
    /// </summary>
    public DateTimeOffset? ConnectionBusyUntil { get; set; }

    /// <summary>When the watchdog looks at the running job, unless it has moved before.</summary>
    public DateTimeOffset? StallsAt { get; set; }

    /// <summary>Drives in a row that have brought no page.</summary>
    public int Drives { get; set; }

    public int? ExpectedMembers { get; set; }
    public long ApiCalls { get; set; }
    public long RateLimited { get; set; }

    // What Ingest reported last.
    public int PagesIngested { get; set; }
    public long MembersFetched { get; set; }
    public long Inserted { get; set; }
    public long Duplicates { get; set; }
    public long Invalid { get; set; }
    public long WithoutEmail { get; set; }
    public long Changed { get; set; }

    /// <summary>Members of the audience whom a refresh of all did not find any more.</summary>
    public long Missing { get; set; }

    public int Attempt { get; set; } = 1;

    /// <summary>Slices in a row that stopped without a page.</summary>
    public int Retries { get; set; }

    public int MaxRetries { get; set; } = 12;

    /// <summary>When a job that waits for Whop goes on; null when it does not wait.</summary>
    public DateTimeOffset? ResumeAt { get; set; }

    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }

    /// <summary>The trace that everything about the job goes on in; null when it has none yet.</summary>
    public string? Traceparent { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    public MemberTotals Totals => new(MembersFetched, Inserted, Duplicates, Invalid, WithoutEmail, Changed);
}
