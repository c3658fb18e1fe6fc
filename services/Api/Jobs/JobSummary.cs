using BatchBus.Api.Access;
using BatchBus.Api.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Jobs;

/// <summary>The caller's jobs, counted by status.</summary>
sealed class JobSummary
{
    public long Pending { get; init; }
    public long Processing { get; init; }
    public long Paused { get; init; }
    public long Completed { get; init; }
    public long Failed { get; init; }
    public long Cancelled { get; init; }

    /// <summary>How many failed within the last 24 hours.</summary>
    public long FailedLastDay { get; init; }

    /// <summary>When the pending job that waits longest was created; null when none waits.</summary>
    public DateTimeOffset? OldestPendingAt { get; init; }
}

static class JobSummaryEndpoint
{
    public static void MapJobSummary(this RouteGroupBuilder jobs) => jobs.MapGet("/summary", Count).WithSummary("Counts jobs by status.");

    static async Task<Ok<JobSummary>> Count(Caller caller, UserView view, CancellationToken cancellationToken) =>
        TypedResults.Ok(await view.Read(caller, db => db.Database.SqlQuery<JobSummary>($"""
            SELECT count(*) FILTER (WHERE status = 'pending') AS pending, count(*) FILTER (WHERE status = 'processing') AS processing,
                   count(*) FILTER (WHERE status = 'paused') AS paused, count(*) FILTER (WHERE status = 'completed') AS completed,
                   count(*) FILTER (WHERE status = 'failed') AS failed, count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
                   count(*) FILTER (WHERE status = 'failed' AND completed_at > now() - interval '1 day') AS failed_last_day,
                   min(created_at) FILTER (WHERE status = 'pending') AS oldest_pending_at
            FROM batch_processing_queue
            """).SingleAsync(cancellationToken), cancellationToken));
}
