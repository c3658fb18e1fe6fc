using BatchBus.Api.Data;
using BatchBus.Api.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Admission;

/// <summary>Where a pending job stands.</summary>
/// <param name="Id">The job.</param>
/// <param name="Position">Its place among all pending jobs, from 1.</param>
/// <param name="WaitingFor"><c>slot</c>, <c>connection busy</c> or <c>owner cap</c>.</param>
sealed record QueuePlace(Guid Id, long Position, string WaitingFor);

/// <summary>What a command to a job bears.</summary>
/// <param name="Priority">Its priority on the broker.</param>
/// <param name="Traceparent">The trace of the job; null when it has none.</param>
sealed record CommandMarks(byte Priority, string? Traceparent);

/// <summary>
/// The order in which pending jobs start: by priority, raised with age; within a level the owner with the fewest jobs running first, then
/// first come, first served. One job a connection, a cap per owner and one in all. It reads the job rows and changes none.
/// </summary>
sealed class AdmissionQueue(ApiDbContext database, IOptions<AdmissionOptions> options)
{
    /// <summary>Whether any job waits or runs: two looks at indexes that are empty when none does.</summary>
    public Task<bool> HasJobs(CancellationToken cancellationToken) => database.Database.SqlQuery<bool>($"""
        SELECT EXISTS (SELECT FROM batch_processing_queue WHERE status = 'pending') OR EXISTS (SELECT FROM batch_processing_queue WHERE status = 'processing') AS "Value"
        """).SingleAsync(cancellationToken);

    /// <summary>The pending jobs for which there is room.</summary>
    /// <param name="proposed">Jobs proposed just now: they hold their slots until they run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<List<Guid>> Startable(Guid[] proposed, CancellationToken cancellationToken)
    {
        var o = options.Value;
        // Only the first job of each connection counts here; vip jobs have some slots to themselves. While there is no slot, nothing is sorted.
        return await database.Database.SqlQuery<Guid>($"""
            WITH running AS MATERIALIZED (
                SELECT owner_id, connection_id FROM batch_processing_queue
                WHERE status = 'processing' OR (status = 'pending' AND id = ANY ({proposed}))
            ), owners AS MATERIALIZED (
                SELECT owner_id, count(*) AS jobs FROM running GROUP BY owner_id
            ), busy AS MATERIALIZED (
                SELECT connection_id FROM running UNION SELECT connection_id FROM batch_processing_queue WHERE connection_busy_until > now()
            ), waiting AS (
                SELECT id, owner_id, connection_id, created_at, priority_level = 3 AS is_vip,
                       least(3, priority_level + floor(date_part('epoch', now() - created_at) / {o.RiseAfter.TotalSeconds})) AS level
                FROM batch_processing_queue
                WHERE status = 'pending' AND id <> ALL ({proposed}) AND connection_id NOT IN (SELECT connection_id FROM busy)
                  AND (SELECT count(*) FROM running) < {o.MaxActiveJobs + o.ReservedForVip}
            ), first_of_connection AS (
                SELECT DISTINCT ON (connection_id) * FROM waiting ORDER BY connection_id, level DESC, created_at, id
            ), of_owner AS (
                SELECT f.*, coalesce(w.jobs, 0) + row_number() OVER (PARTITION BY f.owner_id ORDER BY level DESC, created_at, id) AS nth_of_owner
                FROM first_of_connection f LEFT JOIN owners w ON w.owner_id = f.owner_id
            ), placed AS (
                SELECT *, row_number() OVER (ORDER BY level DESC, nth_of_owner, created_at, id) AS place,
                          row_number() OVER (PARTITION BY is_vip ORDER BY level DESC, nth_of_owner, created_at, id) AS place_of_kind
                FROM of_owner WHERE nth_of_owner <= {o.MaxActiveJobsPerOwner}
            )
            SELECT id AS "Value" FROM placed, (SELECT count(*) AS busy FROM running) r
            WHERE place <= {o.MaxActiveJobs} - busy
               OR (is_vip AND place_of_kind <= {o.MaxActiveJobs + o.ReservedForVip} - busy)
            ORDER BY place
            """).ToListAsync(cancellationToken);
    }

    /// <summary>The running jobs whose wait is over.</summary>
    public async Task<List<Guid>> Wakeable(CancellationToken cancellationToken) =>
        await database.Database.SqlQuery<Guid>($"""
            SELECT id AS "Value" FROM batch_processing_queue WHERE status = 'processing' AND resume_at <= now()
            """).ToListAsync(cancellationToken);

    /// <summary>
    /// The running jobs that should have moved by now, and do not wait; those whose pages are to be stored have so much longer as Ingest is behind with their level.
    /// One whose row the saga holds against Ingest is none of them (<see cref="PageLedger"/>): it is being ended, perhaps by marking a million members, and another message could only wait for that.
    /// </summary>
    public async Task<List<Guid>> Stalled(TimeSpan[] ingestLag, CancellationToken cancellationToken) =>
        await database.Database.SqlQuery<Guid>($"""
            SELECT id AS "Value" FROM batch_processing_queue
            WHERE status = 'processing' AND resume_at IS NULL
              AND coalesce(stalls_at, updated_at + {Patience.OfOldJobs}) + CASE WHEN slice_sent_at IS NULL THEN ({ingestLag})[priority_level + 1] ELSE '0' END <= now()
            FOR KEY SHARE SKIP LOCKED
            """).ToListAsync(cancellationToken);

    /// <summary>What the commands to some jobs bear.</summary>
    public async Task<Dictionary<Guid, CommandMarks>> Marks(Guid[] jobs, CancellationToken cancellationToken)
    {
        var found = await database.Jobs.Where(job => jobs.Contains(job.CorrelationId))
            .Select(job => new { Id = job.CorrelationId, job.Priority, job.RisenBy, job.PagesFetched, job.Traceparent }).ToListAsync(cancellationToken);
        return found.ToDictionary(job => job.Id, job => new CommandMarks(MessagePriority.Of(job.Priority, job.RisenBy, job.PagesFetched > 0), job.Traceparent));
    }

    /// <summary>Where some pending jobs stand among all of them, whoever owns the others; jobs that are not pending are left out.</summary>
    public async Task<Dictionary<Guid, QueuePlace>> Places(Guid[] jobs, CancellationToken cancellationToken)
    {
        if (jobs.Length == 0) return [];
        var o = options.Value;
        // Few columns are sorted, for all pending jobs are; what else is told is looked up for the jobs in question alone.
        var places = await database.Database.SqlQuery<QueuePlace>($"""
            WITH running AS MATERIALIZED (
                SELECT owner_id, connection_id FROM batch_processing_queue WHERE status = 'processing'
            ), owners AS MATERIALIZED (
                SELECT owner_id, count(*) AS jobs FROM running GROUP BY owner_id
            ), busy AS MATERIALIZED (
                SELECT connection_id FROM running UNION SELECT connection_id FROM batch_processing_queue WHERE connection_busy_until > now()
            ), waiting AS (
                SELECT id, q.owner_id, created_at, coalesce(w.jobs, 0) AS owners_running,
                       least(3, priority_level + floor(date_part('epoch', now() - created_at) / {o.RiseAfter.TotalSeconds})) AS level
                FROM batch_processing_queue q LEFT JOIN owners w ON w.owner_id = q.owner_id
                WHERE status = 'pending'
            ), ranked AS (
                SELECT *, owners_running + row_number() OVER (PARTITION BY owner_id ORDER BY level DESC, created_at, id) AS nth_of_owner FROM waiting
            ), placed AS (
                SELECT id, level, owners_running, row_number() OVER (ORDER BY level DESC, nth_of_owner, created_at, id) AS position FROM ranked
            )
            SELECT q.id, position, CASE
                WHEN q.connection_id IN (SELECT connection_id FROM busy) OR EXISTS (
                    SELECT FROM batch_processing_queue f
                    WHERE f.connection_id = q.connection_id AND f.status = 'pending'
                      AND (least(3, f.priority_level + floor(date_part('epoch', now() - f.created_at) / {o.RiseAfter.TotalSeconds})) > p.level
                           OR (least(3, f.priority_level + floor(date_part('epoch', now() - f.created_at) / {o.RiseAfter.TotalSeconds})) = p.level
                               AND (f.created_at, f.id) < (q.created_at, q.id)))) THEN 'connection busy'
                WHEN owners_running >= {o.MaxActiveJobsPerOwner} THEN 'owner cap'
                ELSE 'slot' END AS waiting_for
            FROM placed p JOIN batch_processing_queue q ON q.id = p.id WHERE p.id = ANY ({jobs})
            """).ToListAsync(cancellationToken);
        return places.ToDictionary(place => place.Id);
    }
}
