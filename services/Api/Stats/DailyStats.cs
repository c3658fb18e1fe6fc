using BatchBus.Api.Data;
using BatchBus.Database;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Stats;

/// <summary>
/// Counts the jobs of the last days into <c>batch_processing_stats</c>. A job counts on the UTC date on which it was created, and with its
/// members, calls and times on the one on which it ended; one that was retried counts where it ended last.
/// </summary>
sealed class DailyStats(ApiDbContext database)
{
    /// <summary>Writes the rows of the days from <paramref name="first"/> on that differ from what is counted.</summary>
    /// <returns>How many rows were written; 0 also while another replica is at it.</returns>
    public async Task<int> Recount(DateOnly first, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var isOurs = await database.Database.SqlQuery<bool>($"""SELECT pg_try_advisory_xact_lock({AdvisoryLocks.Stats}) AS "Value" """).SingleAsync(cancellationToken);
        if (!isOurs) return 0;
        var since = first.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var written = await database.Database.ExecuteSqlAsync($"""
            WITH created AS (
                SELECT (created_at AT TIME ZONE 'UTC')::date AS date, count(*) AS jobs
                FROM batch_processing_queue WHERE created_at >= {since} GROUP BY 1
            ), ended AS (
                SELECT (q.completed_at AT TIME ZONE 'UTC')::date AS date,
                       count(*) FILTER (WHERE q.status = 'completed') AS completed,
                       count(*) FILTER (WHERE q.status = 'failed') AS failed,
                       count(*) FILTER (WHERE q.status = 'cancelled') AS cancelled,
                       sum(p.members_fetched) AS members, sum(p.inserted) AS inserted, sum(p.duplicates) AS duplicates,
                       sum(p.invalid) AS invalid, sum(p.without_email) AS without_email,
                       sum(q.api_calls) AS api_calls, sum(q.rate_limited) AS rate_limited,
                       sum(t.seconds) AS seconds, percentile_cont(0.95) WITHIN GROUP (ORDER BY t.seconds) AS seconds_p95, max(t.seconds) AS seconds_max,
                       avg(extract(epoch FROM q.started_at - q.created_at)) AS queue_wait
                FROM batch_processing_queue q
                LEFT JOIN batch_processing_progress p ON p.job_id = q.id
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN q.status = 'completed' THEN extract(epoch FROM q.completed_at - q.started_at)::double precision END AS seconds) t
                WHERE q.completed_at >= {since} AND q.status IN ('completed', 'failed', 'cancelled') GROUP BY 1
            ), days AS (
                SELECT date FROM created UNION SELECT date FROM ended
                UNION SELECT date FROM batch_processing_stats WHERE date >= {first} -- a job that was retried may leave an empty day behind
            ), counted AS (
                SELECT date, coalesce(c.jobs, 0) AS created, coalesce(e.completed, 0) AS completed, coalesce(e.failed, 0) AS failed,
                       coalesce(e.cancelled, 0) AS cancelled, coalesce(e.members, 0) AS members, coalesce(e.inserted, 0) AS inserted,
                       coalesce(e.duplicates, 0) AS duplicates, coalesce(e.invalid, 0) AS invalid, coalesce(e.without_email, 0) AS without_email,
                       coalesce(e.api_calls, 0) AS api_calls, coalesce(e.rate_limited, 0) AS rate_limited, coalesce(e.seconds, 0) AS seconds,
                       coalesce(e.seconds_p95, 0) AS seconds_p95, coalesce(e.seconds_max, 0) AS seconds_max, coalesce(e.queue_wait, 0) AS queue_wait
                FROM days LEFT JOIN created c USING (date) LEFT JOIN ended e USING (date)
            )
            INSERT INTO batch_processing_stats AS s
                (date, jobs_created, jobs_completed, jobs_failed, jobs_cancelled, members_fetched, members_inserted, members_duplicates, members_invalid,
                 members_without_email, api_calls, rate_limited, job_seconds, job_seconds_p95, job_seconds_max, queue_wait_seconds)
            SELECT * FROM counted
            ON CONFLICT (date) DO UPDATE SET
                jobs_created = excluded.jobs_created, jobs_completed = excluded.jobs_completed, jobs_failed = excluded.jobs_failed,
                jobs_cancelled = excluded.jobs_cancelled, members_fetched = excluded.members_fetched, members_inserted = excluded.members_inserted,
                members_duplicates = excluded.members_duplicates, members_invalid = excluded.members_invalid,
                members_without_email = excluded.members_without_email, api_calls = excluded.api_calls, rate_limited = excluded.rate_limited,
                job_seconds = excluded.job_seconds, job_seconds_p95 = excluded.job_seconds_p95, job_seconds_max = excluded.job_seconds_max,
                queue_wait_seconds = excluded.queue_wait_seconds, updated_at = now()
            WHERE (s.jobs_created, s.jobs_completed, s.jobs_failed, s.jobs_cancelled, s.members_fetched, s.members_inserted, s.api_calls, s.job_seconds)
                IS DISTINCT FROM (excluded.jobs_created, excluded.jobs_completed, excluded.jobs_failed, excluded.jobs_cancelled, excluded.members_fetched,
                                  excluded.members_inserted, excluded.api_calls, excluded.job_seconds)
            """, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return written;
    }
}
