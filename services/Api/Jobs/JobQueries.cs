using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>Which jobs to list; null lets all through.</summary>
sealed record JobFilter(string? Status, Guid? AudienceId, Guid? ConnectionId);

/// <summary>
/// Reads jobs as the user who asks. Their places in the queue are counted over all owners: a number tells nothing about the others but how
/// many they are.
/// </summary>
sealed class JobQueries(UserView view, AdmissionQueue queue, IOptions<JobOptions> options, TimeProvider clock)
{
    public async Task<JobView?> Find(Caller caller, Guid id, CancellationToken cancellationToken) =>
        (await Views(await Read(caller, [id], cancellationToken), cancellationToken)).SingleOrDefault();

    /// <summary>A page of jobs that the filter lets through and one more, newest first.</summary>
    public async Task<IReadOnlyList<JobView>> List(Caller caller, JobFilter filter, Keyset? before, int limit, CancellationToken cancellationToken)
    {
        var rows = await view.Read(caller, db => Matching(Rows(db), filter).Newest(before, limit).ToListAsync(cancellationToken), cancellationToken);
        return await Views(rows, cancellationToken);
    }

    /// <summary>The same of jobs in some states, and only where they stand in the list.</summary>
    public Task<List<Keyset>> Marks(Caller caller, JobFilter filter, string[] statuses, Keyset? before, int limit, CancellationToken cancellationToken) =>
        view.Read(caller, db => Matching(Rows(db), filter).Where(job => statuses.Contains(job.Status)).Newest(before, limit)
            .Select(job => new Keyset(job.CreatedAt, job.Id)).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>The rows of some jobs, as far as they are the caller's.</summary>
    public Task<List<JobRow>> Read(Caller caller, Guid[] jobs, CancellationToken cancellationToken) =>
        view.Read(caller, db => Rows(db).Where(job => jobs.Contains(job.Id)).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>The newest of the caller's jobs that have ended since.</summary>
    public Task<List<Guid>> EndedSince(Caller caller, DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        view.Read(caller, db => db.Jobs.Where(job => job.CompletedAt >= since).OrderByDescending(job => job.CompletedAt).Take(limit)
            .Select(job => job.CorrelationId).ToListAsync(cancellationToken), cancellationToken);

    async Task<IReadOnlyList<JobView>> Views(List<JobRow> rows, CancellationToken cancellationToken)
    {
        var places = await queue.Places([.. rows.Where(row => row.Status == JobStatus.Pending).Select(row => row.Id)], cancellationToken);
        return [.. rows.Select(row => row.View(places.GetValueOrDefault(row.Id), clock.GetUtcNow()))];
    }

    static IQueryable<JobRow> Matching(IQueryable<JobRow> jobs, JobFilter filter)
    {
        if (filter.Status is { } status) jobs = jobs.Where(job => job.Status == status);
        if (filter.AudienceId is { } audience) jobs = jobs.Where(job => job.AudienceId == audience);
        if (filter.ConnectionId is { } connection) jobs = jobs.Where(job => job.ConnectionId == connection);
        return jobs;
    }

    // The progress row is fresher than what the saga was told last.
    IQueryable<JobRow> Rows(ApiDbContext db) => db.Database.SqlQuery<JobRow>($"""
        SELECT q.id, q.owner_id, q.audience_id, q.connection_id, a.name, q.kind, q.status, q.priority, q.attempt, q.retries, q.error_code, q.error_message,
               q.pages_fetched, coalesce(p.pages_ingested, 0) AS pages_ingested,
               coalesce(p.members_fetched, 0) AS members_fetched, coalesce(p.inserted, 0) AS inserted, coalesce(p.duplicates, 0) AS duplicates,
               coalesce(p.invalid, 0) AS invalid, coalesce(p.without_email, 0) AS without_email,
               coalesce(p.changed, 0) AS changed, q.missing, q.expected_members,
               q.pages_fetched - q.pages_ingested > {options.Value.MaxPagesWaiting} AS is_behind, q.traceparent,
               q.created_at, q.started_at, q.resume_at, q.completed_at, statement_timestamp() AS read_at,
               q.xmin::text || '-' || coalesce(p.xmin::text, '0') AS version
        FROM batch_processing_queue q
        JOIN audiences a ON a.id = q.audience_id
        LEFT JOIN batch_processing_progress p ON p.job_id = q.id
        """);
}
