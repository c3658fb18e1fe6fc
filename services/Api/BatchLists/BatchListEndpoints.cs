using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Http;
using BatchBus.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace BatchBus.Api.BatchLists;

/// <summary>Asks for a batch list.</summary>
/// <param name="ConnectionId">The connection to read.</param>
/// <param name="Name">The audience's name, 1 to 200 characters.</param>
/// <param name="Priority">How urgent it is; normal when not given.</param>
sealed record NewBatchList(Guid? ConnectionId, string? Name, JobPriority? Priority);

static class BatchListEndpoints
{
    public static IServiceCollection AddBatchLists(this IServiceCollection services) => services.AddSingleton<BatchListStore>().AddSingleton<RefreshStore>();

    public static void MapBatchLists(this WebApplication app)
    {
        var group = app.MapGroup("/api/batch-lists").WithTags("Batch lists");
        group.MapPost("/", Create).WithSummary("Creates an audience and the job that fills it.")
            .FailsWithout("connection").Fails(409, "The Idempotency-Key was used for a different request.");
        app.MapRefresh();
    }

    static async Task<Results<Accepted<AcceptedBatchList>, ValidationProblem, ProblemHttpResult>> Create(
        NewBatchList request, Caller caller, [FromHeader(Name = Idempotency.Header)] string? idempotencyKey,
        BatchListStore store, AdmissionSignal admission, CancellationToken cancellationToken)
    {
        if (Check(request, idempotencyKey) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        var list = new BatchList(request.ConnectionId!.Value, request.Name!.Trim(), request.Priority ?? JobPriority.Normal, idempotencyKey, Idempotency.Hash(request));
        var outcome = await store.Add(list, caller, cancellationToken);
        if (outcome == Outcome.Stored)
        {
            admission.Wake(list.Priority);
            return Idempotency.Accepted(list.JobId, list.AudienceId);
        }
        if (outcome == Outcome.NoConnection) return Problems.NotFound("connection");
        var earlier = idempotencyKey is null ? null : await store.Earlier(list.ConnectionId, idempotencyKey, cancellationToken);
        if (earlier is not null) return Idempotency.Repeat(earlier, list.RequestHash);
        return outcome == Outcome.DeletedConnection
            ? Problems.NotFound("connection")
            : Problems.Conflict("The batch list of this Idempotency-Key was deleted in this very moment; send the request again for a new one.");
    }

    static Checks Check(NewBatchList request, string? idempotencyKey) => new Checks()
        .That("connectionId", request.ConnectionId is not null, "Give connectionId: the id that POST /api/connections returned.")
        .Text("name", request.Name, 200)
        .IdempotencyKey(idempotencyKey);
}
