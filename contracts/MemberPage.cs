namespace BatchBus.Contracts;

/// <summary>One page of members as Whop sent it. Sent by Fetcher, consumed by Ingest, which stores it once however often it comes.</summary>
public sealed record MemberPage
{
    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The audience that the members go to.</summary>
    public required Guid AudienceId { get; init; }

    /// <summary>Number of the page in its job, from 1; see <see cref="PageNumbers"/>.</summary>
    public required int PageNumber { get; init; }

    /// <summary>True on the last page of the company, or of its window.</summary>
    public required bool IsLast { get; init; }

    /// <summary>How many pages the job has in all, on the one that was read last; otherwise null.</summary>
    public int? TotalPages { get; init; }

    /// <summary>Whop's cursor after this page; null on the last. Kept in the ledger, so that a job can go on after any stored page.</summary>
    public required string? NextCursor { get; init; }

    /// <summary>When the last member up to here was created (UTC); see <see cref="WindowFetched.Reached"/>. Kept in the ledger.</summary>
    public DateTimeOffset? Reached { get; init; }

    /// <summary>The members, possibly none.</summary>
    public required MemberColumns Members { get; init; }
}

/// <summary>
/// Members by column: all arrays have the same length, and index <c>i</c> of each belongs to member <c>i</c>. A page of 100 members is
/// a few kilobytes smaller this way than as 100 objects, costs a quarter less to read, and goes into PostgreSQL's <c>unnest</c> as it is.
/// </summary>
public sealed record MemberColumns
{
    /// <summary>Whop's member ids, <c>mber_…</c>.</summary>
    public required string[] MemberIds { get; init; }

    /// <summary>Whop's user ids, <c>user_…</c>; null for a deleted account or a business.</summary>
    public required string?[] UserIds { get; init; }

    /// <summary>E-mail addresses as Whop sent them, not yet checked.</summary>
    public required string?[] Emails { get; init; }

    /// <summary>Display names.</summary>
    public required string?[] Names { get; init; }

    /// <summary>User names.</summary>
    public required string?[] Usernames { get; init; }

    /// <summary>Whop's status: <c>drafted</c>, <c>joined</c> or <c>left</c>.</summary>
    public required string?[] Statuses { get; init; }

    /// <summary>Whop's access level: <c>no_access</c>, <c>admin</c> or <c>customer</c>.</summary>
    public required string?[] AccessLevels { get; init; }

    /// <summary>When each joined (UTC).</summary>
    public required DateTimeOffset?[] JoinedAt { get; init; }
}
