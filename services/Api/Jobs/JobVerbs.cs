using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;
using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BatchBus.Api.Jobs;

/// <summary>Changes a job's priority.</summary>
/// <param name="Priority">The new priority.</param>
sealed record JobPatch(JobPriority? Priority);

/// <summary>
/// What a user may do to a job. Each verb has an answer in each state (docs/jobs.md): 202 when the saga is told, 200 when it is so already,
/// 409 when the state does not allow it. Commands go through the outbox; the saga decides.
/// </summary>
static class JobVerbs
{
    public static void MapJobVerbs(this RouteGroupBuilder jobs)
    {
        jobs = jobs.MapGroup("/{id:guid}");
        jobs.FailsWithout("job").Fails(409, "The job's status does not allow it; `detail` names both.");
        jobs.MapPost("/cancel", Cancel).WithSummary("Ends a job for good; no member is added any more.");
        jobs.MapPost("/pause", Pause).WithSummary("Holds a job; the slice under way is finished.");
        jobs.MapPost("/resume", Resume).WithSummary("Lets a paused job go on.");
        jobs.MapPost("/retry", Retry).WithSummary("Starts a failed or cancelled job again, from its last stored page.");
        jobs.MapPatch("/", Patch).WithSummary("Changes a job's priority, also while it runs.");
    }

    static Task<Results<Ok<JobView>, Accepted<JobView>, ProblemHttpResult>> Cancel(Guid id, Caller caller, JobCommands commands, CancellationToken cancellationToken) =>
        commands.Do(JobAction.Cancel, id, caller, cancellationToken);

    static Task<Results<Ok<JobView>, Accepted<JobView>, ProblemHttpResult>> Pause(Guid id, Caller caller, JobCommands commands, CancellationToken cancellationToken) =>
        commands.Do(JobAction.Pause, id, caller, cancellationToken);

    static Task<Results<Ok<JobView>, Accepted<JobView>, ProblemHttpResult>> Resume(Guid id, Caller caller, JobCommands commands, CancellationToken cancellationToken) =>
        commands.Do(JobAction.Resume, id, caller, cancellationToken);

    static async Task<Results<Ok<JobView>, Accepted<JobView>, ProblemHttpResult>> Retry(
        Guid id, Caller caller, JobQueries jobs, IStartGate gate, IPageLedger ledger, JobCommands commands, CancellationToken cancellationToken)
    {
        if (await jobs.Find(caller, id, cancellationToken) is { } job)
        {
            if (job.Status is JobStatus.Failed or JobStatus.Cancelled && !await ledger.IsWhole(id, cancellationToken))
                return Problems.Conflict($"The job is {job.Status}, and so long ago that the record of its pages has been deleted: it cannot go on. Create a new batch list.");
            if (job.Status is JobStatus.Failed or JobStatus.Cancelled && await gate.IsOvertaken(id, cancellationToken))
                return Problems.Conflict("Another job of this audience has come after this refresh, and may have read newer members; ask for a new refresh.");
            if (!await gate.AudienceIsFree(job.AudienceId, id, cancellationToken))
                return Problems.Conflict("Another job of this audience is active; wait for its end, or cancel it first.");
        }
        return await commands.Do(JobAction.Retry, id, caller, cancellationToken);
    }

    static async Task<Results<Ok<JobView>, Accepted<JobView>, ProblemHttpResult, ValidationProblem>> Patch(
        Guid id, JobPatch request, Caller caller, JobCommands commands, CancellationToken cancellationToken)
    {
        var checks = new Checks().That("priority", request.Priority is not null, "Give priority: low, normal, high or vip.");
        if (checks.Failed) return TypedResults.ValidationProblem(checks.Errors);
        var result = await commands.Send(id, caller, new ChangePriority(id, request.Priority!.Value), from: JobStatus.Active, already: [], cancellationToken);
        return result.Result switch
        {
            Ok<JobView> ok => ok,
            Accepted<JobView> accepted => accepted,
            var problem => (ProblemHttpResult)problem,
        };
    }
}

/// <summary>Sends a command to a job of the caller, if its state allows it.</summary>
sealed class JobCommands(JobQueries jobs, ApiDbContext database, IPublishEndpoint bus)
{
    public Task<Results<Ok<JobView>, Accepted<JobView>, ProblemHttpResult>> Do(JobAction action, Guid id, Caller caller, CancellationToken cancellationToken) =>
        Send(id, caller, action.Command(id), action.From(), action.Already(), cancellationToken);

    public async Task<Results<Ok<JobView>, Accepted<JobView>, ProblemHttpResult>> Send(
        Guid id, Caller caller, object command, string[] from, string[] already, CancellationToken cancellationToken)
    {
        if (await jobs.Find(caller, id, cancellationToken) is not { } job) return Problems.NotFound("job");
        if (already.Contains(job.Status)) return TypedResults.Ok(job);
        if (!from.Contains(job.Status))
            return Problems.Conflict($"The job is {job.Status}; that can be done only while it is {string.Join(" or ", from)}.");
        using var span = JobTrace.Continue(command.GetType().Name, id, job.Traceparent);
        await bus.Publish(command, publish => publish.SetPriority(MessagePriority.OfUsers), cancellationToken);
        await database.SaveChangesAsync(cancellationToken); // into the outbox
        return TypedResults.Accepted($"/api/jobs/{id}", job);
    }
}
