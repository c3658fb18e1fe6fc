using BatchBus.Contracts;
using Npgsql;

namespace BatchBus.Api.Workers;

/// <summary>A worker that has become stale.</summary>
sealed record StaleWorker(Guid Id, string Service, string Host);

/// <summary>
/// <c>batch_processing_workers</c>, which all replicas of Api write: each write is one statement that is right whatever has been written before,
/// so that it does not matter who hears which heartbeat, when, and how often.
/// </summary>
sealed class WorkerTable(NpgsqlDataSource database)
{
    /// <summary>Writes a heartbeat, unless a later one is there or the worker has stopped.</summary>
    /// <returns>False when it was late.</returns>
    public async Task<bool> Write(WorkerHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            INSERT INTO batch_processing_workers AS w
                (id, service, host, version, status, started_at, last_heartbeat, sent_at, slots, in_flight, processed, failed, memory_bytes, processor_time)
            VALUES ($1, $2, $3, $4, $5, $6, now(), $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (id) DO UPDATE SET
                status = excluded.status, last_heartbeat = greatest(w.last_heartbeat, excluded.last_heartbeat), sent_at = excluded.sent_at,
                slots = excluded.slots, in_flight = excluded.in_flight, processed = excluded.processed, failed = excluded.failed,
                memory_bytes = excluded.memory_bytes, processor_time = excluded.processor_time,
                processor_use = extract(epoch FROM excluded.processor_time - w.processor_time) / extract(epoch FROM excluded.sent_at - w.sent_at)
            WHERE w.status <> 'stopped' AND excluded.sent_at > w.sent_at
            """);
        foreach (var value in (object[])
                 [
                     heartbeat.WorkerId, heartbeat.Service, heartbeat.Host, heartbeat.Version, heartbeat.Stopping ? "stopped" : "active", heartbeat.StartedAt.ToUniversalTime(),
                     heartbeat.SentAt.ToUniversalTime(), heartbeat.Slots, heartbeat.InFlight, heartbeat.Processed, heartbeat.Failed, heartbeat.MemoryBytes, heartbeat.ProcessorTime,
                 ])
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Calls the active workers stale that have not been heard of for a time; each is returned to one replica alone.</summary>
    public async Task<IReadOnlyList<StaleWorker>> MarkStale(TimeSpan silence, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            UPDATE batch_processing_workers SET status = 'stale' WHERE status = 'active' AND last_heartbeat < now() - $1 RETURNING id, service, host
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = silence });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stale = new List<StaleWorker>();
        while (await reader.ReadAsync(cancellationToken)) stale.Add(new StaleWorker(reader.GetGuid(0), reader.GetString(1), reader.GetString(2)));
        return stale;
    }

    /// <summary>How many active workers there are.</summary>
    public async Task<long> Count(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT count(*) FROM batch_processing_workers WHERE status = 'active'");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
