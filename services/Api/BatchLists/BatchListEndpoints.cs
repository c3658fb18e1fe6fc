using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BatchBus.Api.Access;
using BatchBus.Api.Audiences;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using MassTransit;
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
    public static void MapBatchLists(this WebApplication app)
    {
        var group = app.MapGroup("/api/batch-lists").WithTags("Batch lists");
        group.MapPost("/", Create).WithSummary("Creates an audience and the job that fills it.");
    }

    static async Task<Results<Accepted<AcceptedBatchList>, ValidationProblem, ProblemHttpResult>> Create(
        NewBatchList request, Caller caller, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        ApiDbContext database, IPublishEndpoint bus, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (Check(request, idempotencyKey) is { Failed: true } checks) return TypedResults.ValidationProblem(checks.Errors);
        var hash = Hash(request);
        if (await Earlier(database, caller, idempotencyKey, cancellationToken) is { } earlier) return Repeat(earlier, hash);

        var connection = await database.Connections.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == request.ConnectionId && c.DeletedAt == null, cancellationToken);
        if (connection is null || (connection.OwnerId != caller.UserId && caller.Role != Caller.ServiceRole)) return Problems.NotFound("connection");

        var now = clock.GetUtcNow();
        var audience = new Audience
        {
            Id = Guid.CreateVersion7(), OwnerId = connection.OwnerId, ConnectionId = connection.Id, Name = request.Name!.Trim(), CreatedAt = now,
        };
        var job = new BatchJob
        {
            CorrelationId = Guid.CreateVersion7(), Status = nameof(BatchJobStateMachine.Pending), OwnerId = connection.OwnerId,
            AudienceId = audience.Id, ConnectionId = connection.Id, Priority = request.Priority ?? JobPriority.Normal,
            IdempotencyKey = idempotencyKey, RequestHash = hash, CreatedAt = now,
        };
        database.AddRange(audience, job);
        await bus.Publish(new CreateBatchList(job.CorrelationId), cancellationToken); // into the outbox, in the same transaction
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } && idempotencyKey is not null)
        {
            // The same request came twice at once, and the other was a little quicker.
            database.ChangeTracker.Clear();
            return Repeat((await Earlier(database, caller, idempotencyKey, cancellationToken))!, hash);
        }
        return Accepted(job);
    }

    static Task<BatchJob?> Earlier(ApiDbContext database, Caller caller, string? idempotencyKey, CancellationToken cancellationToken) =>
        idempotencyKey is null ? Task.FromResult<BatchJob?>(null) : database.Jobs.AsNoTracking()
            .SingleOrDefaultAsync(j => j.OwnerId == caller.UserId && j.IdempotencyKey == idempotencyKey, cancellationToken);

    static Results<Accepted<AcceptedBatchList>, ValidationProblem, ProblemHttpResult> Repeat(BatchJob earlier, string hash) =>
        earlier.RequestHash == hash
            ? Accepted(earlier)
            : Problems.Conflict("This Idempotency-Key was used for a different request; use a new key for a new batch list.");

    static Accepted<AcceptedBatchList> Accepted(BatchJob job) => TypedResults.Accepted(
        $"/api/jobs/{job.CorrelationId}", new AcceptedBatchList(job.CorrelationId, job.AudienceId, "pending"));

    static Checks Check(NewBatchList request, string? idempotencyKey) => new Checks()
        .That("connectionId", request.ConnectionId is not null, "Give connectionId: the id that POST /api/connections returned.")
        .Text("name", request.Name, 200)
        .Text("Idempotency-Key", idempotencyKey ?? "-", 200);

    static string Hash(NewBatchList request) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request))));
}
