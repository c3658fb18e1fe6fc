using BatchBus.Api.Admission;
using BatchBus.Api.Http;
using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;
using BatchBus.Whop;

namespace BatchBus.Api.Jobs;

/// <summary>A job with its audience's name and its newest progress, as <see cref="JobQueries"/> reads it.</summary>
sealed class JobRow : IListed
{
    public Guid Id { get; set; }
    public Guid OwnerId { get; set; }
    public Guid AudienceId { get; set; }
    public Guid ConnectionId { get; set; }
    public string Name { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Status { get; set; } = "";
    public string Priority { get; set; } = "";
    public int Attempt { get; set; }
    public int Retries { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }
    public int PagesFetched { get; set; }
    public int PagesIngested { get; set; }
    public long MembersFetched { get; set; }
    public long Inserted { get; set; }
    public long Duplicates { get; set; }
    public long Invalid { get; set; }
    public long WithoutEmail { get; set; }
    public long Changed { get; set; }
    public long Missing { get; set; }
    public int? ExpectedMembers { get; set; }
    public bool IsBehind { get; set; }
    public string? Traceparent { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? ResumeAt { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>By the database's clock: the row shows everything that was committed before.</summary>
    public DateTimeOffset ReadAt { get; set; }

    /// <summary>The transactions that last wrote the job and its progress: another one means that something has changed.</summary>
    public string Version { get; set; } = "";

    public bool HasEnded => JobStatus.HasEnded(Status);

    public JobView View(QueuePlace? place, DateTimeOffset now) => new()
    {
        Id = Id, AudienceId = AudienceId, ConnectionId = ConnectionId, Name = Name, Kind = Kind, Status = Status,
        Priority = Enum.Parse<JobPriority>(Priority, ignoreCase: true), Attempt = Attempt, Retries = Retries,
        Error = ErrorCode is null ? null : new JobError(ErrorCode, ErrorMessage ?? ""),
        Progress = new JobProgressView(
            PagesFetched, PagesIngested, MembersFetched, Inserted, Duplicates, Invalid, WithoutEmail, MembersPerSecond(now), ExpectedMembers, Changed, Missing),
        QueuePosition = place?.Position, WaitingFor = WaitingFor(place, now),
        CreatedAt = CreatedAt, StartedAt = StartedAt, ResumeAt = ResumeAt, CompletedAt = CompletedAt,
        Traceparent = Traceparent, TraceId = JobTrace.IdOf(Traceparent),
    };

    double MembersPerSecond(DateTimeOffset now) =>
        StartedAt is { } start && ((CompletedAt ?? now) - start).TotalSeconds is var seconds and > 0 ? Math.Round(MembersFetched / seconds, 1) : 0;

    string? WaitingFor(QueuePlace? place, DateTimeOffset now) => Status switch
    {
        JobStatus.Pending => place?.WaitingFor ?? "slot",
        JobStatus.Paused => JobStatus.Paused,
        JobStatus.Processing when ResumeAt > now && ErrorCode == WhopErrorCodes.RateLimited => $"rate limit until {ResumeAt:O}",
        JobStatus.Processing when ResumeAt > now => $"next try at {ResumeAt:O}",
        JobStatus.Processing when IsBehind => "ingest backlog",
        _ => null,
    };
}
