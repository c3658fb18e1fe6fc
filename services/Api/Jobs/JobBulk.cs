using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Jobs;

/// <summary>Asks for the same thing for many jobs.</summary>
/// <param name="Action">What to do: cancel, pause, resume or retry.</param>
/// <param name="Status">Only jobs of this status; all that the action is for when not given.</param>
/// <param name="AudienceId">Only jobs of this audience.</param>
/// <param name="ConnectionId">Only jobs of this connection.</param>
/// <param name="Before">The answer's <c>next</c>, to go on with the jobs after those.</param>
sealed record JobBulkRequest(JobAction? Action, string? Status, Guid? AudienceId, Guid? ConnectionId, string? Before);

/// <summary>What was asked for.</summary>
/// <param name="Action">What the jobs were told to do.</param>
/// <param name="Accepted">How many jobs the saga was told of.</param>
/// <param name="Next">Send it as <c>before</c> to go on; null when no job is left.</param>
sealed record JobBulkAnswer(JobAction Action, int Accepted, string? Next);

/// <summary>The same command for all of the caller's jobs that a filter lets through, some hundred at a time. The saga decides about each.</summary>
static class JobBulk
{
    const int AtOnce = 500;

    public static void MapJobBulk(this RouteGroupBuilder jobs) =>
        jobs.MapPost("/bulk", Send).WithSummary($"Cancels, pauses, resumes or retries the newest {AtOnce} jobs that match; `next` goes on.");

    static async Task<Results<Accepted<JobBulkAnswer>, ValidationProblem>> Send(
        JobBulkRequest request, Caller caller, JobQueries jobs, ApiDbContext database, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        var mark = default(Keyset);
        var checks = new Checks()
            .That("action", request.Action is not null, "Give action: cancel, pause, resume or retry.")
            .Status(request.Status)
            .That("before", request.Before is null || Keyset.TryParse(request.Before, null, out mark), "before is the `next` of the answer before.");
        if (checks.Failed) return TypedResults.ValidationProblem(checks.Errors);

        var action = request.Action!.Value;
        var found = await jobs.Marks(caller, new JobFilter(request.Status, request.AudienceId, request.ConnectionId), action.From(),
            request.Before is null ? null : mark, AtOnce, cancellationToken);
        var ours = found.Take(AtOnce).ToList();
        foreach (var job in ours) await bus.Publish(action.Command(job.Id), publish => publish.SetPriority(MessagePriority.OfMany), cancellationToken);
        await database.SaveChangesAsync(cancellationToken); // into the outbox
        return TypedResults.Accepted((string?)null, new JobBulkAnswer(action, ours.Count, found.Count > AtOnce ? ours[^1].ToString() : null));
    }
}
