using BatchBus.Api.Access;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Jobs;

/// <summary>A page of jobs, newest first.</summary>
/// <param name="Items">The jobs.</param>
/// <param name="Next">Give it as <c>before</c> for the next page; null on the last.</param>
sealed record JobList(IReadOnlyList<JobView> Items, Guid? Next);

static class JobEndpoints
{
    static readonly string[] Statuses = ["pending", "processing", "paused", "completed", "failed", "cancelled"];

    public static void MapJobs(this WebApplication app)
    {
        var group = app.MapGroup("/api/jobs").WithTags("Jobs");
        group.MapGet("/", List).WithSummary("Lists jobs, newest first.");
        group.MapGet("/{id:guid}", Find).WithSummary("Reads a job.");
        group.MapJobVerbs();
    }

    static async Task<Results<Ok<JobList>, ValidationProblem>> List(
        Caller caller, JobQueries jobs, CancellationToken cancellationToken, string? status = null, Guid? before = null, int limit = 50)
    {
        var checks = new Checks()
            .That("status", status is null || Statuses.Contains(status), $"status is one of {string.Join(", ", Statuses)}.")
            .That("limit", limit is >= 1 and <= 200, "limit is a number from 1 to 200.");
        if (checks.Failed) return TypedResults.ValidationProblem(checks.Errors);
        var items = await jobs.List(caller, status, before, limit, cancellationToken);
        return TypedResults.Ok(new JobList(items, items.Count == limit ? items[^1].Id : null));
    }

    static async Task<Results<Ok<JobView>, ProblemHttpResult>> Find(Guid id, Caller caller, JobQueries jobs, CancellationToken cancellationToken) =>
        await jobs.Find(caller, id, cancellationToken) is { } job ? TypedResults.Ok(job) : Problems.NotFound("job");
}
