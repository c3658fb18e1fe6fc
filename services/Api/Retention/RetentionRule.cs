using BatchBus.Api.BatchLists;

namespace BatchBus.Api.Retention;

/// <summary>What may go from a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Before">Rows from before this time may go.</param>
/// <param name="Sql">
/// Deletes one chunk; <c>$1</c> is that time, <c>$2</c> the rows of a chunk, <c>$3</c> where to begin to look. It returns how many rows it has
/// deleted and the time of the oldest, where the next chunk begins. Rows that somebody has locked wait for the next sweep.
/// </param>
sealed record RetentionRule(string Table, DateTimeOffset Before, string Sql)
{
    /// <summary>
    /// Pages of ended jobs. The jobs' rows are locked meanwhile, so that none is retried or gets a late page while its ledger goes. A job of many
    /// pages takes several chunks; from the first on it cannot be retried.
    /// </summary>
    public static RetentionRule PageLedger(DateTimeOffset before) => new("batch_processing_pages", before, """
        WITH job AS MATERIALIZED (
            SELECT id, completed_at FROM batch_processing_queue q
            WHERE status IN ('completed', 'failed', 'cancelled') AND completed_at < $1 AND completed_at >= $3
              AND EXISTS (SELECT FROM batch_processing_pages p WHERE p.job_id = q.id)
            ORDER BY completed_at LIMIT least($2, 100) FOR UPDATE SKIP LOCKED
        ), page AS MATERIALIZED (
            SELECT p.job_id, p.page_number FROM job JOIN batch_processing_pages p ON p.job_id = job.id ORDER BY job.completed_at, job.id LIMIT $2
        ), gone AS (
            DELETE FROM batch_processing_pages p USING page WHERE p.job_id = page.job_id AND p.page_number = page.page_number RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone)::int, (SELECT min(completed_at) FROM job)
        """);

    /// <summary>
    /// Ended jobs without a ledger, and with them their progress; the audience keeps what they had inserted, and since when it is complete. Nothing waits for an audience, either:
    /// who deletes one locks it before its jobs.
    /// </summary>
    public static RetentionRule Jobs(DateTimeOffset before) => new("batch_processing_queue", before, $"""
        WITH job AS MATERIALIZED (
            SELECT q.id, q.audience_id, q.completed_at, CASE WHEN {RefreshStore.CompleteReading} THEN q.started_at END AS read_at FROM batch_processing_queue q JOIN audiences a ON a.id = q.audience_id
            WHERE q.status IN ('completed', 'failed', 'cancelled') AND q.completed_at < $1 AND q.completed_at >= $3
              AND NOT EXISTS (SELECT FROM batch_processing_pages p WHERE p.job_id = q.id)
            ORDER BY q.completed_at LIMIT $2 FOR UPDATE OF q SKIP LOCKED FOR NO KEY UPDATE OF a SKIP LOCKED
        ), earlier AS (
            SELECT job.audience_id, coalesce(sum(p.inserted), 0)::bigint AS members, max(job.read_at) AS read_at
            FROM job LEFT JOIN batch_processing_progress p ON p.job_id = job.id GROUP BY job.audience_id
        ), kept AS (
            UPDATE audiences a SET earlier_members = a.earlier_members + e.members, earlier_read_at = greatest(a.earlier_read_at, e.read_at)
            FROM earlier e WHERE a.id = e.audience_id AND (e.members > 0 OR e.read_at IS NOT NULL)
        ), gone AS (
            DELETE FROM batch_processing_queue q USING job WHERE q.id = job.id RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone)::int, (SELECT min(completed_at) FROM job)
        """);

    public static RetentionRule Workers(DateTimeOffset before) => new("batch_processing_workers", before, """
        WITH worker AS MATERIALIZED (
            SELECT id, last_heartbeat FROM batch_processing_workers
            WHERE status IN ('stopped', 'stale') AND last_heartbeat < $1 AND last_heartbeat >= $3
            ORDER BY last_heartbeat LIMIT $2 FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM batch_processing_workers w USING worker WHERE w.id = worker.id RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone)::int, (SELECT min(last_heartbeat) FROM worker)
        """);

    public static RetentionRule Stats(DateTimeOffset before) => new("batch_processing_stats", before, """
        WITH day AS MATERIALIZED (
            SELECT date FROM batch_processing_stats
            WHERE date < ($1 AT TIME ZONE 'UTC')::date AND date >= ($3 AT TIME ZONE 'UTC')::date ORDER BY date LIMIT $2 FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM batch_processing_stats s USING day WHERE s.date = day.date RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone)::int, NULL::timestamptz
        """);
}
