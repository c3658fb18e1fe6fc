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
            .Limit(limit);
        if (checks.Failed) return TypedResults.ValidationProblem(checks.Errors);
        var (items, next) = (await jobs.List(caller, new JobFilter(status, audienceId, connectionId), before, limit, cancellationToken)).Page(limit);
        return TypedResults.Ok(new JobList(items, next));
    }

    /// <summary>A status to filter by, or none.</summary>
    public static Checks Status(this Checks checks, string? status) =>
        checks.That("status", status is null || JobStatus.All.Contains(status), $"status is one of {string.Join(", ", JobStatus.All)}.");

    static async Task<Results<Ok<JobView>, ProblemHttpResult>> Find(Guid id, Caller caller, JobQueries jobs, CancellationToken cancellationToken) =>
        await jobs.Find(caller, id, cancellationToken) is { } job ? TypedResults.Ok(job) : Problems.NotFound("job");
}
