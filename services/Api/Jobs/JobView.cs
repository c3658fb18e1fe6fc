using System.Text.Json.Serialization;
using BatchBus.Api.Http;
using BatchBus.Contracts;

namespace BatchBus.Api.Jobs;

/// <summary>A job as the API shows it. Times are UTC.</summary>
sealed record JobView : IListed
{
    public required Guid Id { get; init; }
    public required Guid AudienceId { get; init; }
    public required Guid ConnectionId { get; init; }

    /// <summary>The audience's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does: <c>create</c> adds members; <c>refresh_new</c> reads who is new since, <c>refresh_all</c> everyone again, and both bring members up to date.</summary>
    public required string Kind { get; init; }

    /// <summary>pending, processing, paused, completed, failed or cancelled.</summary>
    public required string Status { get; init; }

    public required JobPriority Priority { get; init; }

    /// <summary>1 for the first run, one more for each retry by its owner.</summary>
    public required int Attempt { get; init; }

    /// <summary>Slices in a row that stopped without a page.</summary>
    public required int Retries { get; init; }

    /// <summary>What went wrong last; null when nothing did.</summary>
    public required JobError? Error { get; init; }

    public required JobProgressView Progress { get; init; }

    /// <summary>How many pending jobs are before it, plus one; null unless it is pending.</summary>
    public required long? QueuePosition { get; init; }

    /// <summary>What it waits for; null when it does not.</summary>
    public required string? WaitingFor { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required DateTimeOffset? ResumeAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The id of the job's trace, 32 hexadecimal digits; null when it is not traced.</summary>
    public required string? TraceId { get; init; }

    /// <summary>For what goes on in that trace.</summary>
    [JsonIgnore]
    public string? Traceparent { get; init; }
}

/// <summary>Why a job failed, or what holds it up.</summary>
/// <param name="Code">For programs, e.g. <c>whop_unauthorized</c>.</param>
/// <param name="Message">For people: one sentence that says what to do.</param>
sealed record JobError(string Code, string Message);

/// <summary>
/// How far a job is. <c>membersFetched = inserted + duplicates + invalid + withoutEmail</c>, always. Of the duplicates a refresh has <c>changed</c> some, and found the
/// others the same; <c>missing</c> are members whom a refresh of all, at its end, did not find any more.
/// </summary>
sealed record JobProgressView(
    int PagesFetched, int PagesIngested, long MembersFetched, long Inserted, long Duplicates, long Invalid, long WithoutEmail,
    double MembersPerSecond, int? ExpectedMembers, long Changed, long Missing);
