using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using BatchBus.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>
/// The last word on a start. Admission proposes from what it sees; here, one start at a time, the caps are checked again in the saga's own
/// transaction, so that they hold however many replicas propose.
/// </summary>
sealed class StartGate(ApiDbContext database, IOptions<AdmissionOptions> options)
{
    // Any number will do that nothing else in the database uses.
    const long AdvisoryLock = 4_207_849_484_261_124;

    public async Task<bool> HasSlot(BatchJob job, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AdvisoryLock})", cancellationToken);
        // A statement of its own: its snapshot is taken after the lock, so it sees whatever the last holder committed.
        var running = await database.Database.SqlQuery<Running>($"""
            SELECT count(*)::int AS in_all,
                   count(*) FILTER (WHERE owner_id = {job.OwnerId})::int AS of_owner,
                   count(*) FILTER (WHERE connection_id = {job.ConnectionId})::int AS on_connection
            FROM batch_processing_queue WHERE status = 'processing'
            """).SingleAsync(cancellationToken);
        var slots = options.Value.MaxActiveJobs + (job.Priority == JobPriority.Vip ? options.Value.ReservedForVip : 0);
        return running.OnConnection == 0 && running.InAll < slots && running.OfOwner < options.Value.MaxActiveJobsPerOwner;
    }

    /// <summary>True when no other job of the audience is active; an audience has one active job at most.</summary>
    public async Task<bool> AudienceIsFree(Guid audienceId, Guid jobId, CancellationToken cancellationToken) =>
        !await database.Database.SqlQuery<bool>($"""
            SELECT EXISTS (SELECT FROM batch_processing_queue
                           WHERE audience_id = {audienceId} AND id <> {jobId} AND status IN ('pending', 'processing', 'paused')) AS "Value"
            """).SingleAsync(cancellationToken);

    sealed record Running(int InAll, int OfOwner, int OnConnection);
}
