using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Audiences;
using BatchBus.Api.Http;
using BatchBus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace BatchBus.Api.BatchLists;

/// <summary>How much a refresh reads.</summary>
enum RefreshMode
{
    /// <summary>Members created since the audience was last complete, and some from before.</summary>
    New,

    /// <summary>The whole company, which also tells who is missing.</summary>
    All,
}

/// <summary>Asks for a refresh.</summary>
/// <param name="Mode">How much to read; new when not given.</param>
/// <param name="Priority">How urgent it is; normal when not given.</param>
sealed record NewRefresh(RefreshMode? Mode, JobPriority? Priority);

static class RefreshEndpoint
{
    public static void MapRefresh(this WebApplication app) => app.MapPost("/api/audiences/{id:guid}/refresh", Create).WithTags("Audiences")
        .WithSummary("Reads an audience's company again: who is new, or everyone. Changed members are brought up to date.").FailsWithout("audience")
        .Fails(409, "Another job of the audience is active, its connection was deleted, or the Idempotency-Key was used for a different request.");

    static async Task<Results<Accepted<AcceptedBatchList>, ValidationProblem, ProblemHttpResult>> Create(
        Guid id, NewRefresh request, Caller caller, [FromHeader(Name = Idempotency.Header)] string? idempotencyKey,
        AudienceQueries audiences, RefreshStore store, BatchListStore lists, AdmissionSignal admission, CancellationToken cancellationToken)
    {
        if (new Checks().IdempotencyKey(idempotencyKey) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        if (await audiences.Find(caller, id, cancellationToken) is not { } audience) return Problems.NotFound("audience");
        var (mode, priority) = (request.Mode ?? RefreshMode.New, request.Priority ?? JobPriority.Normal);
        var hash = Idempotency.Hash(new { audience.Id, mode, priority });
        var refresh = new Refresh(id, mode, priority, idempotencyKey, hash);
        var outcome = await store.Add(refresh, cancellationToken);
        if (outcome == RefreshOutcome.Stored)
        {
            admission.Wake(refresh.Priority);
            return Idempotency.Accepted(refresh.JobId, id);
        }
        if (idempotencyKey is not null && await lists.Earlier(audience.ConnectionId, idempotencyKey, cancellationToken) is { } earlier)
            return Idempotency.Repeat(earlier, hash);
        return outcome switch
        {
            RefreshOutcome.Active => Problems.Conflict("Another job of this audience is active; wait for its end, or cancel it first."),
            RefreshOutcome.UsedKey => Problems.Conflict("The job of this Idempotency-Key was deleted in this very moment; send the request again for a new one."),
            _ => Problems.Conflict("The audience's connection was deleted, and with it the key to read, or the audience in this very moment; create a new batch list with another connection."),
        };
    }
}
