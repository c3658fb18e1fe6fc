using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Jobs;

/// <summary>The states that a job was in.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Items">The oldest first, the present one last; of a job that changed very often, the last 200.</param>
sealed record JobHistory(Guid JobId, IReadOnlyList<JobHistoryItem> Items);

/// <summary>A state, until the next one began.</summary>
/// <param name="Status">pending, processing, paused, completed, failed or cancelled.</param>
/// <param name="At">When it began.</param>
sealed record JobHistoryItem(string Status, DateTimeOffset At);

static class JobHistoryEndpoint
{
    const int Most = 200;

    public static void MapJobHistory(this RouteGroupBuilder jobs) =>
        jobs.MapGet("/{id:guid}/history", Read).WithSummary("Lists the states that a job was in, with times.").FailsWithout("job");

    static async Task<Results<Ok<JobHistory>, ProblemHttpResult>> Read(Guid id, Caller caller, UserView view, CancellationToken cancellationToken)
    {
        // Each job begins as pending, when it is created.
        var items = await view.Read(caller, db => db.Database.SqlQuery<JobHistoryItem>($"""
            SELECT 'pending' AS status, created_at AS at FROM batch_processing_queue WHERE id = {id}
            UNION ALL SELECT status, at FROM batch_processing_history WHERE job_id = {id}
            ORDER BY at DESC LIMIT {Most}
            """).ToListAsync(cancellationToken), cancellationToken);
        items.Reverse();
        return items.Count == 0 ? Problems.NotFound("job") : TypedResults.Ok(new JobHistory(id, items));
    }
}
