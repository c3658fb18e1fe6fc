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
/// Reads one slice of a company's members: at most <see cref="MaxPages"/> pages, of all its windows together, at the given pace.
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

    /// <summary>
    /// What is left to read, which is all of the job's open windows: one, unless Whop answers so slowly that several have to be read side by side. None in
    /// a message of an earlier version, which is answered by a report of nothing read.
    /// </summary>
    public IReadOnlyList<FetchWindow> Windows { get; init; } = [];

    /// <summary>How many pages to read at most, of all windows together.</summary>
    public required int MaxPages { get; init; }

    /// <summary>Pages of the job that were read before this slice, so that the page which is read last can say how many the job has.</summary>
    public int PagesBefore { get; init; }

    /// <summary>True when Whop's own count of the members is asked for, too.</summary>
    public bool CountMembers { get; init; }

    /// <summary>When a window ends and fewer than these are left, the slice ends with it, so that another can be divided; 0 where nothing would change.</summary>
    public int LeastWindows { get; init; }

    /// <summary>
    /// When the first two pages took longer than this each, the slice ends with them, so that the job can be read in several windows; null where nothing
    /// would change.
    /// </summary>
    public TimeSpan? SlowAfter { get; init; }

    /// <summary>The pace: requests that may be made with the key in any 60 s.</summary>
    public required int RequestsPerMinute { get; init; }

    /// <summary>The first request's turn (UTC), so that the pace holds between slices; null for at once.</summary>
    public required DateTimeOffset? NotBefore { get; init; }

    /// <summary>Priority on the broker (1 to 9) for the pages of this slice.</summary>
    public required byte MessagePriority { get; init; }
}

/// <summary>
/// A part of a company, by the time when its members were created, which is read with a cursor of its own. What lies outside is left out of the pages,
/// so that windows side by side have every member once.
/// </summary>
public sealed record FetchWindow
{
    /// <summary>Number in its job of the first page to read. Each window has <see cref="PageNumbers.PerWindow"/> numbers of its own.</summary>
    public required int FirstPage { get; init; }

    /// <summary>Whop's cursor to read after; null for the window's first page.</summary>
    public required string? Cursor { get; init; }

    /// <summary>Members created at this time (UTC) or after it belong to the window; null from the company's first on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Members created before this time (UTC) belong to the window; null to the company's last.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>When the last member before <see cref="Cursor"/> was created (UTC); null where that is not known.</summary>
    public DateTimeOffset? Reached { get; init; }

    /// <summary>The number of the window's last page, where its rest has become other windows; null when the members say where it ends.</summary>
    public int? LastPage { get; init; }

    /// <summary>When the last member on <see cref="LastPage"/> was created (UTC), as it was read first: the other windows begin there.</summary>
    public DateTimeOffset? LastReached { get; init; }
}

/// <summary>How the pages of a job are numbered: each window counts from a million of its own on.</summary>
public static class PageNumbers
{
    /// <summary>More pages than any company has members for: 100 million of them.</summary>
    public const int PerWindow = 1_000_000;

    /// <summary>The most windows of one job, so that their numbers are numbers.</summary>
    public const int MaxWindows = 2_000;

    /// <summary>The number of a window's first page.</summary>
    /// <param name="window">The window's own number, from 0.</param>
    public static int FirstOf(int window) => window * PerWindow + 1;

    /// <summary>The number of the window that a page belongs to, from 0.</summary>
    /// <param name="page">The page's number, from 1.</param>
    public static int WindowOf(int page) => (page - 1) / PerWindow;
}
