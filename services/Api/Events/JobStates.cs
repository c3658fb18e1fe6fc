using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Events;

/// <summary>Asks for the states of all jobs that somebody listens to, in one query.</summary>
sealed class JobStates(ApiDbContext database)
{
    /// <param name="jobs">Jobs by their ids.</param>
    /// <param name="owners">Owners whose jobs are asked for, as far as they are active or have ended within the last minute: a job that began and
    /// ended between two ticks is not missed.</param>
    /// <param name="everybody">True for the jobs of all owners.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Dictionary<Guid, JobState>> Read(Guid[] jobs, Guid[] owners, bool everybody, CancellationToken cancellationToken)
    {
        var states = await database.Database.SqlQuery<JobState>($"""
            WITH watched AS (
                SELECT id, false AS is_listed FROM unnest({jobs}) AS named(id)
                UNION ALL
                SELECT id, true FROM batch_processing_queue
                WHERE status IN ('pending', 'processing', 'paused') AND ({everybody} OR owner_id = ANY ({owners}))
                UNION ALL
                SELECT id, true FROM batch_processing_queue
                WHERE completed_at > now() - interval '1 minute' AND ({everybody} OR owner_id = ANY ({owners}))
            )
            SELECT q.id, q.owner_id, q.status, q.xmin::text || '-' || coalesce(p.xmin::text, '0') AS version, w.is_listed
            FROM (SELECT id, bool_or(is_listed) AS is_listed FROM watched GROUP BY id) w
            JOIN batch_processing_queue q ON q.id = w.id
            LEFT JOIN batch_processing_progress p ON p.job_id = q.id
            """).ToListAsync(cancellationToken);
        return states.ToDictionary(state => state.Id);
    }
}
