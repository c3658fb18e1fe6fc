using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Admission;

/// <summary>Where a pending job stands.</summary>
/// <param name="Id">The job.</param>
/// <param name="Position">Its place among all pending jobs, from 1.</param>
/// <param name="WaitingFor"><c>slot</c>, <c>connection busy</c> or <c>owner cap</c>.</param>
sealed record QueuePlace(Guid Id, long Position, string WaitingFor);

/// <summary>
/// The order in which pending jobs start: by priority, raised with age; within a level the owner with the fewest jobs running first, then
/// first come, first served. One job a connection, a cap per owner and one in all. It reads the job rows and changes none.
/// </summary>
sealed class AdmissionQueue(ApiDbContext database, IOptions<AdmissionOptions> options)
{
    /// <summary>The pending jobs for which there is room.</summary>
    /// <param name="proposed">Jobs proposed just now: they hold their slots until they run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<List<Guid>> Startable(Guid[] proposed, CancellationToken cancellationToken)
    {
        var o = options.Value;
        // Only the first job of each connection counts here; vip jobs have some slots to themselves.
        return await database.Database.SqlQuery<Guid>($"""
            WITH running AS (
                SELECT owner_id, connection_id FROM batch_processing_queue
                WHERE status = 'processing' OR (status = 'pending' AND id = ANY ({proposed}))
            ), waiting AS (
                SELECT q.*, least(3, priority_level + floor(extract(epoch FROM now() - created_at) / {o.RiseAfter.TotalSeconds})) AS level
                FROM batch_processing_queue q
                WHERE status = 'pending' AND id <> ALL ({proposed})
                  AND NOT EXISTS (SELECT FROM running r WHERE r.connection_id = q.connection_id)
            ), first_of_connection AS (
                SELECT DISTINCT ON (connection_id) * FROM waiting ORDER BY connection_id, level DESC, created_at, id
            ), of_owner AS (
                SELECT *, (SELECT count(*) FROM running r WHERE r.owner_id = f.owner_id)
                          + row_number() OVER (PARTITION BY owner_id ORDER BY level DESC, created_at, id) AS nth_of_owner
                FROM first_of_connection f
            ), placed AS (
                SELECT *, row_number() OVER (ORDER BY level DESC, nth_of_owner, created_at, id) AS place,
                          row_number() OVER (PARTITION BY priority = 'vip' ORDER BY level DESC, nth_of_owner, created_at, id) AS place_of_kind
                FROM of_owner WHERE nth_of_owner <= {o.MaxActiveJobsPerOwner}
            )
            SELECT id AS "Value" FROM placed, (SELECT count(*) AS busy FROM running) r
            WHERE place <= {o.MaxActiveJobs} - busy
               OR (priority = 'vip' AND place_of_kind <= {o.MaxActiveJobs + o.ReservedForVip} - busy)
            ORDER BY place
            """).ToListAsync(cancellationToken);
    }

    /// <summary>The running jobs whose wait is over.</summary>
    public async Task<List<Guid>> Wakeable(CancellationToken cancellationToken) =>
        await database.Database.SqlQuery<Guid>($"""
            SELECT id AS "Value" FROM batch_processing_queue WHERE status = 'processing' AND resume_at <= now()
            """).ToListAsync(cancellationToken);

    /// <summary>Where some pending jobs stand among all of them, whoever owns the others; jobs that are not pending are left out.</summary>
    public async Task<Dictionary<Guid, QueuePlace>> Places(Guid[] jobs, CancellationToken cancellationToken)
    {
        if (jobs.Length == 0) return [];
        var o = options.Value;
        var places = await database.Database.SqlQuery<QueuePlace>($"""
            WITH running AS (
                SELECT owner_id, connection_id FROM batch_processing_queue WHERE status = 'processing'
            ), waiting AS (
                SELECT q.*, least(3, priority_level + floor(extract(epoch FROM now() - created_at) / {o.RiseAfter.TotalSeconds})) AS level,
                       (SELECT count(*) FROM running r WHERE r.owner_id = q.owner_id) AS owners_running
                FROM batch_processing_queue q WHERE status = 'pending'
            ), ranked AS (
                SELECT *, owners_running + row_number() OVER (PARTITION BY owner_id ORDER BY level DESC, created_at, id) AS nth_of_owner,
                          row_number() OVER (PARTITION BY connection_id ORDER BY level DESC, created_at, id) AS nth_of_connection
                FROM waiting
            ), placed AS (
                SELECT *, row_number() OVER (ORDER BY level DESC, nth_of_owner, created_at, id) AS position FROM ranked
            )
            SELECT id, position, CASE
                WHEN nth_of_connection > 1 OR EXISTS (SELECT FROM running r WHERE r.connection_id = p.connection_id) THEN 'connection busy'
                WHEN owners_running >= {o.MaxActiveJobsPerOwner} THEN 'owner cap'
                ELSE 'slot' END AS waiting_for
            FROM placed p WHERE id = ANY ({jobs})
            """).ToListAsync(cancellationToken);
        return places.ToDictionary(place => place.Id);
    }
}
