using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>
/// Reads jobs as the user who asks. Their places in the queue are counted over all owners: a number tells nothing about the others but how
/// many they are.
/// </summary>
sealed class JobQueries(UserView view, AdmissionQueue queue, IOptions<JobOptions> options, TimeProvider clock)
{
    public async Task<JobView?> Find(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var rows = await view.Read(caller, db => Rows(db).Where(job => job.Id == id).ToListAsync(cancellationToken), cancellationToken);
        return (await Views(rows, cancellationToken)).SingleOrDefault();
    }

    /// <summary>The newest jobs, or those created before the job <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<JobView>> List(Caller caller, string? status, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var rows = await view.Read(caller, async db =>
        {
            var jobs = Rows(db);
            if (status is not null) jobs = jobs.Where(job => job.Status == status);
            if (before is not null)
            {
                var mark = await db.Jobs.Where(job => job.CorrelationId == before).Select(job => (DateTimeOffset?)job.CreatedAt).SingleOrDefaultAsync(cancellationToken);
                jobs = jobs.Where(job => job.CreatedAt < mark || (job.CreatedAt == mark && job.Id < before));
            }
            return await jobs.OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.Id).Take(limit).ToListAsync(cancellationToken);
        }, cancellationToken);
        return await Views(rows, cancellationToken);
    }

    /// <summary>Jobs by their ids, each with its row.</summary>
    public async Task<IReadOnlyList<(JobRow Row, JobView View)>> Read(
        Caller caller, Func<ApiDbContext, IQueryable<Guid>> which, CancellationToken cancellationToken)
    {
        var rows = await view.Read(caller, db =>
        {
            var ids = which(db);
            return Rows(db).Where(job => ids.Contains(job.Id)).ToListAsync(cancellationToken);
        }, cancellationToken);
        return [.. rows.Zip(await Views(rows, cancellationToken))];
    }

    async Task<IReadOnlyList<JobView>> Views(List<JobRow> rows, CancellationToken cancellationToken)
    {
        var places = await queue.Places([.. rows.Where(row => row.Status == "pending").Select(row => row.Id)], cancellationToken);
        return [.. rows.Select(row => row.View(places.GetValueOrDefault(row.Id), clock.GetUtcNow()))];
    }

    // The progress row is fresher than what the saga was told last.
    IQueryable<JobRow> Rows(ApiDbContext db) => db.Database.SqlQuery<JobRow>($"""
        SELECT q.id, q.owner_id, q.audience_id, q.connection_id, a.name, q.status, q.priority, q.attempt, q.retries, q.error_code, q.error_message,
               q.pages_fetched, coalesce(p.pages_ingested, 0) AS pages_ingested,
               coalesce(p.members_fetched, 0) AS members_fetched, coalesce(p.inserted, 0) AS inserted, coalesce(p.duplicates, 0) AS duplicates,
               coalesce(p.invalid, 0) AS invalid, coalesce(p.without_email, 0) AS without_email, q.expected_members,
               q.pages_fetched - q.pages_ingested > {options.Value.MaxPagesWaiting} AS is_behind,
               q.created_at, q.started_at, q.resume_at, q.completed_at, statement_timestamp() AS read_at
        FROM batch_processing_queue q
        JOIN audiences a ON a.id = q.audience_id
        LEFT JOIN batch_processing_progress p ON p.job_id = q.id
        """);
}
