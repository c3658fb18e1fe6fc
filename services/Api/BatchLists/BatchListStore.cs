using BatchBus.Api.Access;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;
using Npgsql;

namespace BatchBus.Api.BatchLists;

/// <summary>A batch list that is asked for, checked.</summary>
sealed record BatchList(Guid ConnectionId, string Name, JobPriority Priority, string? IdempotencyKey, string RequestHash)
{
    public Guid JobId { get; } = Guid.CreateVersion7();

    public Guid AudienceId { get; } = Guid.CreateVersion7();
}

/// <summary>What became of a batch list.</summary>
enum Outcome
{
    /// <summary>It is stored, and its job waits.</summary>
    Stored,

    /// <summary>The caller has no such connection.</summary>
    NoConnection,

    /// <summary>The connection was deleted. What was made with it before is still answered for.</summary>
    DeletedConnection,

    /// <summary>The owner has used the Idempotency-Key before.</summary>
    UsedKey,
}

/// <summary>The batch list of an Idempotency-Key.</summary>
sealed record EarlierBatchList(Guid JobId, Guid AudienceId, string? RequestHash);

/// <summary>
/// Stores batch lists. By hand and not by EF Core, for many creators may press the button at the same time: with it a request took more than
/// twice the processor time, and three ways to PostgreSQL and back.
/// </summary>
sealed class BatchListStore(NpgsqlDataSource database, TimeProvider clock)
{
    public const string OncePerKey = "batch_processing_queue_idempotency";

    // One statement is one transaction: the audience and its job, or neither. They belong to the connection's owner, also when a service token
    // asks; who may use a connection is the rule of ConnectionOwners, said in SQL. The job's other columns have defaults, as for an app that
    // inserts rows with SQL.
    const string Insert = """
        WITH connection AS MATERIALIZED (
            SELECT id, owner_id, company_id, deleted_at IS NULL AS is_there FROM whop_connections WHERE id = $1 AND (owner_id = $2 OR $3)
        ), audience AS (
            INSERT INTO audiences (id, owner_id, connection_id, name, created_at)
            SELECT $4, owner_id, id, $5, $6 FROM connection WHERE is_there
        ), job AS (
            INSERT INTO batch_processing_queue
                (id, owner_id, audience_id, connection_id, priority, idempotency_key, request_hash, traceparent, created_at, updated_at)
            SELECT $7, owner_id, $4, id, $8, $9, $10, $11, $6, $6 FROM connection WHERE is_there
        )
        SELECT company_id, is_there FROM connection
        """;

    /// <summary>Stores it, for a caller who may read with the connection.</summary>
    public async Task<Outcome> Add(BatchList list, Caller caller, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Insert);
        command.Add([
            list.ConnectionId, caller.UserId, caller.Role == Caller.ServiceRole, list.AudienceId, list.Name, clock.GetUtcNow(), list.JobId, BatchJobMap.Text(list.Priority),
        ]);
        command.AddTexts([list.IdempotencyKey, list.RequestHash, JobTrace.Current]);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken)) return Outcome.NoConnection;
            Spans.Tag(list.JobId, reader.GetString(0));
            return reader.GetBoolean(1) ? Outcome.Stored : Outcome.DeletedConnection;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OncePerKey })
        {
            // The same request came before, or twice at once. Nearly all keys are new, so it is the insert that looks for an older one.
            return Outcome.UsedKey;
        }
    }

    /// <summary>What the owner of a connection has asked for with a key; null when nothing, or when it was deleted since.</summary>
    public async Task<EarlierBatchList?> Earlier(Guid connection, string idempotencyKey, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            SELECT j.id, j.audience_id, j.request_hash FROM batch_processing_queue j JOIN whop_connections c ON c.owner_id = j.owner_id
            WHERE c.id = $1 AND j.idempotency_key = $2
            """);
        command.Add([connection, idempotencyKey]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new EarlierBatchList(reader.GetGuid(0), reader.GetGuid(1), await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2))
            : null;
    }
}
