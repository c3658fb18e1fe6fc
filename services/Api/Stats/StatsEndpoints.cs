using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Stats;

/// <summary>The figures of a UTC date. Members, calls and times are those of the jobs that ended on it.</summary>
sealed class DayView
{
    public DateOnly Date { get; init; }
    public long JobsCreated { get; init; }
    public long JobsCompleted { get; init; }
    public long JobsFailed { get; init; }
    public long JobsCancelled { get; init; }

    /// <summary>Completed of completed and failed, 0 to 1; null on a day without either.</summary>
    public double? SuccessRate => JobsCompleted + JobsFailed is var ended and > 0 ? Math.Round((double)JobsCompleted / ended, 4) : null;

    public long MembersFetched { get; init; }
    public long MembersInserted { get; init; }
    public long MembersDuplicates { get; init; }
    public long MembersInvalid { get; init; }
    public long MembersWithoutEmail { get; init; }
    public long ApiCalls { get; init; }

    /// <summary>Calls that Whop answered with 429.</summary>
    public long RateLimited { get; init; }

    /// <summary>Seconds from start to completion, on average.</summary>
    public double JobSecondsAverage { get; init; }

    public double JobSecondsP95 { get; init; }
    public double JobSecondsMax { get; init; }

    /// <summary>Seconds from creation to start, on average.</summary>
    public double QueueWaitSeconds { get; init; }
}

static class StatsEndpoints
{
    public static void MapStats(this WebApplication app)
    {
        var group = app.MapGroup("/api/stats").WithTags("Operations").ForOperators();
        group.MapGet("/", Days).WithSummary("The figures of the last days, newest first.");
    }

    static async Task<Results<Ok<IReadOnlyList<DayView>>, ValidationProblem>> Days(
        Caller caller, UserView view, TimeProvider clock, CancellationToken cancellationToken, int days = 7)
    {
        var checks = new Checks().That("days", days is >= 1 and <= 731, "days is a number from 1 to 731.");
        if (checks.Failed) return TypedResults.ValidationProblem(checks.Errors);
        var first = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1 - days);
        return TypedResults.Ok<IReadOnlyList<DayView>>(await view.Read(caller, db => db.Database.SqlQuery<DayView>($"""
            SELECT date, jobs_created, jobs_completed, jobs_failed, jobs_cancelled, members_fetched, members_inserted, members_duplicates,
                   members_invalid, members_without_email, api_calls, rate_limited, job_seconds / greatest(jobs_completed, 1) AS job_seconds_average,
                   job_seconds_p95, job_seconds_max, queue_wait_seconds
            FROM batch_processing_stats WHERE date >= {first} ORDER BY date DESC
            """).ToListAsync(cancellationToken), cancellationToken));
    }
}
