using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Admission;

/// <summary>Decides which jobs are to be started or driven on now. It reads the job rows and changes none.</summary>
sealed class AdmissionQueue(ApiDbContext database, IOptions<AdmissionOptions> options)
{
    /// <summary>
    /// The pending jobs for which there is room: by priority, raised with age; within a level the owner with the fewest jobs running first,
    /// then first come, first served. One job a connection, a cap per owner and one in all.
    /// </summary>
    /// <param name="proposed">Jobs proposed just now: they hold their slots until they run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<List<Guid>> Startable(Guid[] proposed, CancellationToken cancellationToken)
    {
        var o = options.Value;
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
            ), ranked AS (
                SELECT *, (SELECT count(*) FROM running r WHERE r.owner_id = f.owner_id)
                          + row_number() OVER (PARTITION BY owner_id ORDER BY level DESC, created_at, id) AS nth_of_owner
                FROM first_of_connection f
            )
            SELECT id AS "Value" FROM ranked
            WHERE nth_of_owner <= {o.MaxActiveJobsPerOwner}
            ORDER BY level DESC, nth_of_owner, created_at, id
            LIMIT greatest(0, {o.MaxActiveJobs} - (SELECT count(*) FROM running))
            """).ToListAsync(cancellationToken);
    }

    /// <summary>The running jobs whose wait is over.</summary>
    public async Task<List<Guid>> Wakeable(CancellationToken cancellationToken) =>
        await database.Database.SqlQuery<Guid>($"""
            SELECT id AS "Value" FROM batch_processing_queue WHERE status = 'processing' AND resume_at <= now()
            """).ToListAsync(cancellationToken);
}
