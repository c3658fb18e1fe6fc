using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Http;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Audiences;

/// <summary>Reads audiences as the user who asks.</summary>
sealed class AudienceQueries(UserView view)
{
    public async Task<AudienceView?> Find(Caller caller, Guid id, CancellationToken cancellationToken) =>
        (await view.Read(caller, db => Rows(db).Where(audience => audience.Id == id).ToListAsync(cancellationToken), cancellationToken)).SingleOrDefault()?.View();

    /// <summary>A page of audiences and one more, newest first.</summary>
    public async Task<List<AudienceView>> List(Caller caller, Keyset? before, int limit, CancellationToken cancellationToken)
    {
        var rows = await view.Read(caller, db => Rows(db).Newest(before, limit).ToListAsync(cancellationToken), cancellationToken);
        return rows.ConvertAll(row => row.View());
    }

    // The jobs' totals instead of a count of members. An audience has a few jobs: the one that it was made with, its refreshes, and what SQL added. Of those that
    // retention has deleted, the audience knows the sum.
    static IQueryable<Row> Rows(ApiDbContext db) => db.Database.SqlQuery<Row>($"""
        SELECT a.id, a.connection_id, a.name, a.created_at, latest.id AS job_id, latest.status AS job_status,
               a.earlier_members + coalesce((SELECT sum(p.inserted)::bigint FROM batch_processing_progress p JOIN batch_processing_queue q ON q.id = p.job_id
                                             WHERE q.audience_id = a.id), 0) AS members
        FROM audiences a
        LEFT JOIN LATERAL (SELECT q.id, q.status FROM batch_processing_queue q WHERE q.audience_id = a.id
                           ORDER BY q.created_at DESC, q.id DESC LIMIT 1) latest ON true
        """);

    sealed class Row : IListed
    {
        public Guid Id { get; set; }
        public Guid ConnectionId { get; set; }
        public string Name { get; set; } = "";
        public DateTimeOffset CreatedAt { get; set; }
        public Guid? JobId { get; set; }
        public string? JobStatus { get; set; }
        public long Members { get; set; }

        public AudienceView View() => new()
        {
            Id = Id, ConnectionId = ConnectionId, Name = Name, Members = Members, CreatedAt = CreatedAt,
            LatestJob = JobId is { } job ? new AudienceJob(job, JobStatus!) : null,
        };
    }
}
