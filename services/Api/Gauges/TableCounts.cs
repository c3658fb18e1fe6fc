using Npgsql;

namespace BatchBus.Api.Gauges;

/// <summary>Worker processes of a service in a status.</summary>
sealed record WorkerCount(string Service, string Status, long Workers);

/// <summary>What the tables say now.</summary>
sealed record TableCounts(
    long Pending, long Processing, long Paused, long Stalled, double OldestWait, long Undelivered, long Parked, IReadOnlyList<WorkerCount> Workers)
{
    /// <summary>Counts. Jobs that have ended are not counted: there may be millions.</summary>
    public static async Task<TableCounts> Read(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        // First, so that each reader is disposed once, at its method's end: Npgsql uses a reader again, and a second Dispose closes somebody else's.
        var workers = await ReadWorkers(database, cancellationToken);
        // A job that was retried or resumed waits since then, which is its row's last change. One drive may be bad luck; two in vain are a stall.
        await using var command = database.CreateCommand("""
            SELECT count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'processing'), count(*) FILTER (WHERE status = 'paused'),
                   count(*) FILTER (WHERE status = 'processing' AND drives >= 2),
                   coalesce(extract(epoch FROM now() - min(updated_at) FILTER (WHERE status = 'pending')), 0)::double precision,
                   (SELECT count(*) FROM outbox WHERE parked_at IS NULL), (SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL)
            FROM batch_processing_queue WHERE status IN ('pending', 'processing', 'paused')
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new TableCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), Math.Max(0, reader.GetDouble(4)),
            reader.GetInt64(5), reader.GetInt64(6), workers);
    }

    static async Task<IReadOnlyList<WorkerCount>> ReadWorkers(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        // Both services in both statuses always: an alert needs the zero, too.
        await using var command = database.CreateCommand("""
            SELECT service, status, count(w.id)
            FROM unnest(ARRAY['fetcher', 'ingest']) AS service CROSS JOIN unnest(ARRAY['active', 'stale']) AS status
            LEFT JOIN batch_processing_workers w USING (service, status) GROUP BY 1, 2
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var workers = new List<WorkerCount>();
        while (await reader.ReadAsync(cancellationToken)) workers.Add(new WorkerCount(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        return workers;
    }
}
