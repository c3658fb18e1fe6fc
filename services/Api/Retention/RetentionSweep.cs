using System.Runtime.CompilerServices;
using BatchBus.Database;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Api.Retention;

/// <summary>Rows of a table that one transaction has deleted.</summary>
/// <param name="Table">The table.</param>
/// <param name="Rows">How many.</param>
sealed record DeletedChunk(string Table, int Rows);

/// <summary>Deletes what is older than it need be, chunk by chunk, each in a transaction of its own. Replicas take turns.</summary>
sealed class RetentionSweep(NpgsqlDataSource database, IOptions<RetentionOptions> options, TimeProvider clock)
{
    readonly RetentionOptions _options = options.Value;

    /// <summary>Deletes all that may go; ends early when another replica is at it.</summary>
    public async IAsyncEnumerable<DeletedChunk> Run([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var rule in Rules())
        {
            var from = DateTimeOffset.MinValue;
            while (await Delete(rule, from, cancellationToken) is { Rows: > 0 } chunk)
            {
                yield return new DeletedChunk(rule.Table, chunk.Rows);
                from = chunk.Oldest ?? from;
            }
        }
    }

    /// <summary>Ledgers go before their jobs, so that no deletion of a job takes thousands of pages along.</summary>
    IEnumerable<RetentionRule> Rules()
    {
        var now = clock.GetUtcNow();
        TimeSpan[] ends = [.. new[] { _options.PageLedger, _options.Jobs }.Where(age => age > TimeSpan.Zero)];
        if (ends.Length > 0) yield return RetentionRule.PageLedger(now - ends.Min());
        if (_options.Jobs > TimeSpan.Zero) yield return RetentionRule.Jobs(now - _options.Jobs);
        if (_options.Workers > TimeSpan.Zero) yield return RetentionRule.Workers(now - _options.Workers);
        if (_options.Stats > TimeSpan.Zero) yield return RetentionRule.Stats(now - _options.Stats);
    }

    /// <returns>Null when another replica is deleting.</returns>
    async Task<Chunk?> Delete(RetentionRule rule, DateTimeOffset from, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // For this transaction alone: a lock of the session would not survive a pooler between here and PostgreSQL.
        await using var turn = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = AdvisoryLocks.Retention } } };
        if (await turn.ExecuteScalarAsync(cancellationToken) is not true) return null;

        await using var delete = new NpgsqlCommand(rule.Sql, connection)
        {
            Parameters = { new() { Value = rule.Before.UtcDateTime }, new() { Value = _options.ChunkRows }, new() { Value = from.UtcDateTime } },
        };
        Chunk chunk;
        await using (var reader = await delete.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            chunk = new Chunk(reader.GetInt32(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(1));
        }
        await transaction.CommitAsync(cancellationToken);
        return chunk;
    }

    /// <param name="Rows">Rows deleted.</param>
    /// <param name="Oldest">Where the next chunk begins to look; null for the beginning.</param>
    sealed record Chunk(int Rows, DateTimeOffset? Oldest);
}
