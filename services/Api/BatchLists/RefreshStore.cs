using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;
using BatchBus.Whop;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace BatchBus.Api.BatchLists;

/// <summary>A refresh that is asked for, checked.</summary>
sealed record Refresh(Guid AudienceId, RefreshMode Mode, JobPriority Priority, string? IdempotencyKey, string RequestHash)
{
    public Guid JobId { get; } = Guid.CreateVersion7();
}

/// <summary>What became of a refresh.</summary>
enum RefreshOutcome
{
    /// <summary>Its job waits.</summary>
    Stored,

    /// <summary>Another job of the audience is active.</summary>
    Active,

    /// <summary>The audience's connection was deleted, or the audience has just been.</summary>
    NoConnection,

    /// <summary>The owner has used the Idempotency-Key before.</summary>
    UsedKey,
}

/// <summary>
/// Stores refreshes, each in one statement. From when a refresh reads is decided here: everyone who was created before a job began that ended well has been read
/// by it.
/// </summary>
sealed class RefreshStore(NpgsqlDataSource database, IOptions<JobOptions> options, IOptions<WhopOptions> whop, TimeProvider clock)
{
    /// <summary>In SQL, of the job <c>q</c> and its audience <c>a</c>: that it has read all that it was to. A key that may not read e-mails shows members without any.</summary>
    public const string CompleteReading =
        "q.status = 'completed' AND q.connection_id = a.connection_id AND (q.members_fetched = 0 OR q.without_email < q.members_fetched)";

    const string Insert = $"""
        INSERT INTO batch_processing_queue
            (id, owner_id, audience_id, connection_id, priority, kind, read_from, idempotency_key, request_hash, traceparent, created_at, updated_at)
        SELECT $1, a.owner_id, a.id, a.connection_id, $3, $4,
               CASE $4 WHEN '{JobKind.RefreshNew}' THEN
                   greatest(a.earlier_read_at, (SELECT max(q.started_at) FROM batch_processing_queue q WHERE q.audience_id = a.id AND {CompleteReading})) - $5 END,
               $6, $7, $8, $9, $9
        FROM audiences a JOIN whop_connections c ON c.id = a.connection_id WHERE a.id = $2 AND c.deleted_at IS NULL
        """;

    /// <summary>Stores it, for a caller who may see the audience.</summary>
    public async Task<RefreshOutcome> Add(Refresh refresh, CancellationToken cancellationToken)
    {
        Spans.Tag(refresh.JobId);
        await using var command = database.CreateCommand(Insert);
        var kind = refresh.Mode == RefreshMode.All ? JobKind.RefreshAll : JobKind.RefreshNew;
        command.Add([refresh.JobId, refresh.AudienceId, BatchJobMap.Text(refresh.Priority), kind]);
        // From no time on: then everyone is read.
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Interval, Value = whop.Value.FiltersByCreation ? options.Value.RefreshOverlap : DBNull.Value });
        command.AddTexts([refresh.IdempotencyKey, refresh.RequestHash, JobTrace.Current]);
        command.Add([clock.GetUtcNow()]);
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken) > 0 ? RefreshOutcome.Stored : RefreshOutcome.NoConnection;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return e.ConstraintName == BatchListStore.OncePerKey ? RefreshOutcome.UsedKey : RefreshOutcome.Active;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return RefreshOutcome.NoConnection; // the audience went while the row was written
        }
    }
}
