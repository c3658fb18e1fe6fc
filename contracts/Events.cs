namespace BatchBus.Contracts;

/// <summary>A slice ended. Sent by Fetcher after every page that it counts has been confirmed by the broker.</summary>
public sealed record MembersFetched
{
    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The slice that ended; see <see cref="FetchMembers.Slice"/>.</summary>
    public required int Slice { get; init; }

    /// <summary>How far each window got, in the slice's order.</summary>
    public IReadOnlyList<WindowFetched> Windows { get; init; } = [];

    /// <summary>How many pages were emitted in all, 0 when it stopped before the first.</summary>
    public int Pages => Windows.Sum(window => window.Pages);

    /// <summary>Why the slice stopped early; null when it did not.</summary>
    public required FetchStop? Stop { get; init; }

    /// <summary>Requests made to Whop, the failed ones too.</summary>
    public required int ApiCalls { get; init; }

    /// <summary>How many of them were answered with 429.</summary>
    public required int RateLimited { get; init; }

    /// <summary>The turn of the next request to Whop with the same key (UTC); it may be just past.</summary>
    public required DateTimeOffset NextRequestAt { get; init; }

    /// <summary>How long Whop took for a page, on average; null when none was read.</summary>
    public TimeSpan? PageTime { get; init; }

    /// <summary>How many members the company has by Whop's own count, told with the first slice if the key may read it; otherwise null.</summary>
    public int? ExpectedMembers { get; init; }
}

/// <summary>How far a slice got in one window.</summary>
public sealed record WindowFetched
{
    /// <summary>The window, by the page that the slice began with; see <see cref="FetchWindow.FirstPage"/>.</summary>
    public required int FirstPage { get; init; }

    /// <summary>How many pages were emitted.</summary>
    public required int Pages { get; init; }

    /// <summary>The cursor to go on after; null when nothing was emitted or Whop has no more.</summary>
    public required string? NextCursor { get; init; }

    /// <summary>True when the last emitted page was the window's last.</summary>
    public required bool ReachedEnd { get; init; }

    /// <summary>When the last member that was read was created (UTC): none up to then is left to read. Null when nothing was read, or Whop's order is not by that time.</summary>
    public DateTimeOffset? Reached { get; init; }
}

/// <summary>Why a slice stopped before its end.</summary>
/// <param name="Code">What went wrong, e.g. <c>whop_unauthorized</c>; the job's error code if it fails of this.</param>
/// <param name="Message">One sentence that says what to do.</param>
/// <param name="IsFinal">True when trying again cannot help; the job fails at once.</param>
/// <param name="RetryAfter">How long Whop asked to wait; null when it said nothing.</param>
public sealed record FetchStop(string Code, string Message, bool IsFinal, TimeSpan? RetryAfter);

/// <summary>
/// Pages of a job were stored. Sent by Ingest after its transaction, with totals since the job began, never differences,
/// so that a doubled or late one does no harm.
/// </summary>
public sealed record PagesIngested
{
    /// <summary>Ingest reports whenever the count of pages passes a multiple of this, and whenever the count is complete.</summary>
    public const int ReportEvery = 20;

    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }

    /// <summary>Pages stored.</summary>
    public required int Pages { get; init; }

    /// <summary>The totals of the members on those pages.</summary>
    public required MemberTotals Totals { get; init; }

    /// <summary>
    /// How long pages of the job's level had waited to be stored, by the one of them that was sent last; null when it is not known. By the clocks of Fetcher and Ingest: it tells how
    /// far behind Ingest is, and nothing relies on it.
    /// </summary>
    public TimeSpan? Waited { get; init; }
}

/// <summary>
/// What became of the members that were fetched. Always <c>Fetched = Inserted + Duplicates + Invalid + WithoutEmail</c>.
/// </summary>
/// <param name="Fetched">Members on the stored pages.</param>
/// <param name="Inserted">Members that are new in the audience.</param>
/// <param name="Duplicates">Members whose e-mail the audience had already.</param>
/// <param name="Invalid">Members whose e-mail is no address.</param>
/// <param name="WithoutEmail">Members without an e-mail, or without a user.</param>
/// <param name="Changed">Those of the duplicates that a refresh has changed; 0 in a job that only adds members.</param>
public readonly record struct MemberTotals(long Fetched, long Inserted, long Duplicates, long Invalid, long WithoutEmail, long Changed = 0);

/// <summary>A job has ended well: every page is fetched and stored.</summary>
/// <param name="JobId">The job.</param>
/// <param name="AudienceId">The audience that is now complete.</param>
/// <param name="Totals">What became of the members.</param>
/// <param name="CompletedAt">When (UTC).</param>
public sealed record BatchListCompleted(Guid JobId, Guid AudienceId, MemberTotals Totals, DateTimeOffset CompletedAt);

/// <summary>A job has failed; it can be retried from where it stands.</summary>
/// <param name="JobId">The job.</param>
/// <param name="AudienceId">The audience, which holds what was stored before.</param>
/// <param name="Code">What went wrong, e.g. <c>whop_unauthorized</c>.</param>
/// <param name="Message">One sentence that says what to do.</param>
/// <param name="FailedAt">When (UTC).</param>
public sealed record BatchListFailed(Guid JobId, Guid AudienceId, string Code, string Message, DateTimeOffset FailedAt);

/// <summary>A worker process is alive. Sent by every Fetcher and Ingest each 10 seconds, and once with <see cref="Stopping"/> when it ends.</summary>
public sealed record WorkerHeartbeat
{
    /// <summary>The process, new at each start.</summary>
    public required Guid WorkerId { get; init; }

    /// <summary>Which service: <c>fetcher</c> or <c>ingest</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The machine's or container's name.</summary>
    public required string Host { get; init; }

    /// <summary>The service's version.</summary>
    public required string Version { get; init; }

    /// <summary>When the process started (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When this was sent (UTC).</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>True in the last one, on a clean exit.</summary>
    public required bool Stopping { get; init; }

    /// <summary>Messages being worked on now.</summary>
    public required int InFlight { get; init; }

    /// <summary>How many messages it can work on at once.</summary>
    public required int Slots { get; init; }

    /// <summary>Messages done since the start.</summary>
    public required long Processed { get; init; }

    /// <summary>Messages failed since the start.</summary>
    public required long Failed { get; init; }

    /// <summary>Resident memory in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Processor time used since the start.</summary>
    public required TimeSpan ProcessorTime { get; init; }
}
