using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using BatchBus.Contracts;
using BatchBus.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>What a job's start depends on beside its own row.</summary>
interface IStartGate
{
    /// <summary>True when the caps leave room and nothing uses the job's connection.</summary>
    Task<bool> HasSlot(BatchJob job, CancellationToken cancellationToken);

    /// <summary>When the connection's key may be used again, by the pace of whichever job used it last; null when none has.</summary>
    Task<DateTimeOffset?> KeyFreeAt(Guid connection, CancellationToken cancellationToken);

    /// <summary>True when no other job of the audience is active; an audience has one active job at most.</summary>
    Task<bool> AudienceIsFree(Guid audienceId, Guid jobId, CancellationToken cancellationToken);

    /// <summary>
    /// True for a refresh that another job of its audience has come after. It is not retried: half of it would be older than what the other one has read.
    /// </summary>
    Task<bool> IsOvertaken(Guid jobId, CancellationToken cancellationToken);
}

/// <summary>
/// The last word on a start. Admission proposes from what it sees; here, one start at a time, the caps are checked again in the saga's own
/// transaction, so that they hold however many replicas propose.
/// </summary>
sealed class StartGate(ApiDbContext database, IOptions<AdmissionOptions> options) : IStartGate
{
    public async Task<bool> HasSlot(BatchJob job, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AdvisoryLocks.StartGate})", cancellationToken);
        // A statement of its own: its snapshot is taken after the lock, so it sees whatever the last holder committed.
        var running = await database.Database.SqlQuery<Running>($"""
            SELECT count(*)::int AS in_all,
                   count(*) FILTER (WHERE owner_id = {job.OwnerId})::int AS of_owner,
                   coalesce(bool_or(connection_id = {job.ConnectionId}), false)
                   OR EXISTS (SELECT FROM batch_processing_queue WHERE connection_id = {job.ConnectionId} AND connection_busy_until > now()) AS is_busy
            FROM batch_processing_queue WHERE status = 'processing'
            """).SingleAsync(cancellationToken);
        var slots = options.Value.MaxActiveJobs + (job.Priority == JobPriority.Vip ? options.Value.ReservedForVip : 0);
        return !running.IsBusy && running.InAll < slots && running.OfOwner < options.Value.MaxActiveJobsPerOwner;
    }

    public Task<DateTimeOffset?> KeyFreeAt(Guid connection, CancellationToken cancellationToken) => database.Database.SqlQuery<DateTimeOffset?>($"""
        SELECT max(next_request_at) AS "Value" FROM batch_processing_queue WHERE connection_id = {connection}
        """).SingleAsync(cancellationToken);

    public async Task<bool> AudienceIsFree(Guid audienceId, Guid jobId, CancellationToken cancellationToken) =>
        !await database.Database.SqlQuery<bool>($"""
            SELECT EXISTS (SELECT FROM batch_processing_queue
                           WHERE audience_id = {audienceId} AND id <> {jobId} AND status IN ('pending', 'processing', 'paused')) AS "Value"
            """).SingleAsync(cancellationToken);

    public Task<bool> IsOvertaken(Guid jobId, CancellationToken cancellationToken) => database.Database.SqlQuery<bool>($"""
        SELECT EXISTS (SELECT FROM batch_processing_queue later JOIN batch_processing_queue q ON q.audience_id = later.audience_id
                       WHERE q.id = {jobId} AND q.kind <> {JobKind.Create} AND later.id <> q.id AND later.created_at >= q.created_at) AS "Value"
        """).SingleAsync(cancellationToken);

    sealed record Running(int InAll, int OfOwner, bool IsBusy);
}
