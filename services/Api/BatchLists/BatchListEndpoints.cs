using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Audiences;
using BatchBus.Api.Connections;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BatchBus.Api.BatchLists;

/// <summary>Asks for a batch list.</summary>
/// <param name="ConnectionId">The connection to read.</param>
/// <param name="Name">The audience's name, 1 to 200 characters.</param>
/// <param name="Priority">How urgent it is; normal when not given.</param>
sealed record NewBatchList(Guid? ConnectionId, string? Name, JobPriority? Priority);

/// <summary>A batch list that was accepted.</summary>
sealed record AcceptedBatchList(Guid JobId, Guid AudienceId, string Status);

static class BatchListEndpoints
{
    const string OncePerKey = "batch_processing_queue_idempotency";

    public static void MapBatchLists(this WebApplication app)
    {
        var group = app.MapGroup("/api/batch-lists").WithTags("Batch lists");
        group.MapPost("/", Create).WithSummary("Creates an audience and the job that fills it.")
            .FailsWithout("connection").Fails(409, "The Idempotency-Key was used for a different request.");
    }

    static async Task<Results<Accepted<AcceptedBatchList>, ValidationProblem, ProblemHttpResult>> Create(
        NewBatchList request, Caller caller, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        ApiDbContext database, AdmissionSignal admission, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (Check(request, idempotencyKey) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        if (await Connection(database, caller, request.ConnectionId!.Value, cancellationToken) is not { } connection) return Problems.NotFound("connection");
        var hash = Hash(request);
        if (connection.DeletedAt is not null)
            return await Earlier(database, connection.OwnerId, idempotencyKey, cancellationToken) is { } earlier ? Repeat(earlier, hash) : Problems.NotFound("connection");

        var job = NewJob(request, connection, idempotencyKey, hash, clock.GetUtcNow());
        Spans.Tag(job.CorrelationId, connection.CompanyId);
        database.AddRange(new Audience { Id = job.AudienceId, OwnerId = job.OwnerId, ConnectionId = job.ConnectionId, Name = request.Name!.Trim(), CreatedAt = job.CreatedAt }, job);
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OncePerKey })
        {
            // The same request came before, or twice at once. Nearly all keys are new, so it is the insert that looks for an older one.
            database.ChangeTracker.Clear();
            return await Earlier(database, connection.OwnerId, idempotencyKey, cancellationToken) is { } earlier
                ? Repeat(earlier, hash)
                : Problems.Conflict("The batch list of this Idempotency-Key was deleted in this very moment; send the request again for a new one.");
        }
        admission.Wake();
        return Accepted(job);
    }

    /// <summary>A connection that the caller may read with. Also a deleted one: what was made with it is still answered for.</summary>
    static Task<WhopConnection?> Connection(ApiDbContext database, Caller caller, Guid id, CancellationToken cancellationToken) =>
        database.Connections.AsNoTracking().Of(caller).SingleOrDefaultAsync(c => c.Id == id, cancellationToken);

    // What a service token asks for belongs to the connection's owner, and so does the key that it asks with.
    static Task<BatchJob?> Earlier(ApiDbContext database, Guid owner, string? idempotencyKey, CancellationToken cancellationToken) =>
        idempotencyKey is null ? Task.FromResult<BatchJob?>(null) : database.Jobs.AsNoTracking()
            .SingleOrDefaultAsync(j => j.OwnerId == owner && j.IdempotencyKey == idempotencyKey, cancellationToken);

    static BatchJob NewJob(NewBatchList request, WhopConnection connection, string? idempotencyKey, string hash, DateTimeOffset now) => new()
    {
        CorrelationId = Guid.CreateVersion7(), Status = nameof(BatchJobStateMachine.Pending), OwnerId = connection.OwnerId,
        AudienceId = Guid.CreateVersion7(), ConnectionId = connection.Id, Priority = request.Priority ?? JobPriority.Normal,
        IdempotencyKey = idempotencyKey, RequestHash = hash, CreatedAt = now, Traceparent = JobTrace.Current,
    };

    static Results<Accepted<AcceptedBatchList>, ValidationProblem, ProblemHttpResult> Repeat(BatchJob earlier, string hash) =>
        earlier.RequestHash == hash
            ? Accepted(earlier)
            : Problems.Conflict("This Idempotency-Key was used for a different request; use a new key for a new batch list.");

    static Accepted<AcceptedBatchList> Accepted(BatchJob job) => TypedResults.Accepted(
        $"/api/jobs/{job.CorrelationId}", new AcceptedBatchList(job.CorrelationId, job.AudienceId, JobStatus.Pending));

    static Checks Check(NewBatchList request, string? idempotencyKey) => new Checks()
        .That("connectionId", request.ConnectionId is not null, "Give connectionId: the id that POST /api/connections returned.")
        .Text("name", request.Name, 200)
        .Text("Idempotency-Key", idempotencyKey ?? "-", 200);

    static string Hash(NewBatchList request) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request))));
}
