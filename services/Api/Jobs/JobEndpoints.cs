using BatchBus.Api.Access;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Jobs;

/// <summary>A page of jobs, newest first.</summary>
/// <param name="Items">The jobs.</param>
/// <param name="Next">Give it as <c>before</c> for the next page; null on the last.</param>
sealed record JobList(IReadOnlyList<JobView> Items, string? Next);

static class JobEndpoints
{
    static readonly string[] Statuses = ["pending", "processing", "paused", "completed", "failed", "cancelled"];

    public static void MapJobs(this WebApplication app)
    {
        var group = app.MapGroup("/api/jobs").WithTags("Jobs");
        group.MapGet("/", List).WithSummary("Lists jobs, newest first.");
        group.MapJobSummary();
        group.MapJobBulk();
        group.MapGet("/{id:guid}", Find).WithSummary("Reads a job.").FailsWithout("job");
        group.MapJobHistory();
        group.MapJobVerbs();
    }

    static async Task<Results<Ok<JobList>, ValidationProblem>> List(
        Caller caller, JobQueries jobs, CancellationToken cancellationToken,
        string? status = null, Guid? audienceId = null, Guid? connectionId = null, Keyset? before = null, int limit = 50)
    {
        var checks = new Checks()
            .Status(status)
            .That("limit", limit is >= 1 and <= 200, "limit is a number from 1 to 200.");
        if (checks.Failed) return TypedResults.ValidationProblem(checks.Errors);
        var found = await jobs.List(caller, new JobFilter(status, audienceId, connectionId), before, limit + 1, cancellationToken);
        var items = found.Take(limit).ToList();
        return TypedResults.Ok(new JobList(items, found.Count > limit ? new Keyset(items[^1].CreatedAt, items[^1].Id).ToString() : null));
    }

    /// <summary>A status to filter by, or none.</summary>
    public static Checks Status(this Checks checks, string? status) =>
        checks.That("status", status is null || Statuses.Contains(status), $"status is one of {string.Join(", ", Statuses)}.");

    static async Task<Results<Ok<JobView>, ProblemHttpResult>> Find(Guid id, Caller caller, JobQueries jobs, CancellationToken cancellationToken) =>
        await jobs.Find(caller, id, cancellationToken) is { } job ? TypedResults.Ok(job) : Problems.NotFound("job");
}
