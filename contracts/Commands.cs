namespace BatchBus.Contracts;

/// <summary>Admission has a free slot for a pending job. The saga checks the caps again and starts the job, or leaves it pending.</summary>
/// <param name="JobId">The job.</param>
public sealed record StartJob(Guid JobId);

/// <summary>Admission found a running job whose wait is over. The saga sends the next slice from its cursor.</summary>
/// <param name="JobId">The job.</param>
public sealed record ContinueJob(Guid JobId);

/// <summary>
/// Admission found a running job that has not moved for its stall time. The saga looks whether it really stands, and fetches again what is missing.
/// </summary>
/// <param name="JobId">The job.</param>
public sealed record DriveJob(Guid JobId);

/// <summary>Stops a job for good: no row is written for it once its status says <c>cancelled</c>.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Reason">One sentence for the job's owner, or null when the owner asked for it.</param>
/// <param name="Code">The job's error code beside the reason, e.g. <c>connection_deleted</c>; null for <c>cancelled</c>.</param>
public sealed record CancelJob(Guid JobId, string? Reason = null, string? Code = null);

/// <summary>Holds a pending or running job; the slice under way is finished and counted, no other is sent.</summary>
/// <param name="JobId">The job.</param>
public sealed record PauseJob(Guid JobId);

/// <summary>Puts a paused job back among the pending ones; it goes on from its cursor.</summary>
/// <param name="JobId">The job.</param>
public sealed record ResumeJob(Guid JobId);

/// <summary>Puts a failed or cancelled job back among the pending ones; it goes on after the last page that is stored without a gap.</summary>
/// <param name="JobId">The job.</param>
public sealed record RetryJob(Guid JobId);

/// <summary>Changes the priority of a job that has not ended; its next slice has the new one.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Priority">The new priority.</param>
public sealed record ChangePriority(Guid JobId, JobPriority Priority);

/// <summary>
/// Reads one slice of a company's members: at most <see cref="MaxPages"/> pages from a cursor on, at the given pace.
/// Sent by the saga, consumed by Fetcher, which answers with <see cref="MemberPage"/>s and one <see cref="MembersFetched"/>.
/// </summary>
public sealed record FetchMembers
{
    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The audience that the members go to.</summary>
    public required Guid AudienceId { get; init; }

    /// <summary>The connection whose key is used; also the associated data of <see cref="EncryptedApiKey"/>.</summary>
    public required Guid ConnectionId { get; init; }

    /// <summary>Whop's id of the company, <c>biz_…</c>.</summary>
    public required string CompanyId { get; init; }

    /// <summary>The Whop API key as <c>libs/Secrets</c> encrypted it. Only Fetcher decrypts it.</summary>
    public required string EncryptedApiKey { get; init; }

    /// <summary>Number of this slice in its job, from 1. A report for any other than the job's latest slice is ignored.</summary>
    public required int Slice { get; init; }

    /// <summary>Whop's cursor to read after; null for the first page.</summary>
    public required string? Cursor { get; init; }

    /// <summary>Number in its job, from 1, of the first page of this slice.</summary>
    public required int FirstPage { get; init; }

    /// <summary>How many pages to read at most.</summary>
    public required int MaxPages { get; init; }

    /// <summary>The pace: requests that may be made with the key in any 60 s.</summary>
    public required int RequestsPerMinute { get; init; }

    /// <summary>The first request's turn (UTC), so that the pace holds between slices; null for at once.</summary>
    public required DateTimeOffset? NotBefore { get; init; }

    /// <summary>Priority on the broker (1 to 9) for the pages of this slice.</summary>
    public required byte MessagePriority { get; init; }
}
