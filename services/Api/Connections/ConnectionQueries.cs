using BatchBus.Api.Data;
using BatchBus.Api.Http;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Connections;

/// <summary>Reads connections as the user who asks. The user may read every column but the key's two, so a query must not ask for whole rows.</summary>
static class ConnectionQueries
{
    /// <summary>A page of connections and one more, newest first.</summary>
    public static Task<List<ConnectionView>> Newest(ApiDbContext db, Keyset? before, int limit, CancellationToken cancellationToken) =>
        View(db.Connections.Where(c => c.DeletedAt == null).Newest(before, limit)).ToListAsync(cancellationToken);

    public static Task<ConnectionView?> Find(ApiDbContext db, Guid id, CancellationToken cancellationToken) =>
        View(db.Connections.Where(c => c.Id == id && c.DeletedAt == null)).SingleOrDefaultAsync(cancellationToken);

    static IQueryable<ConnectionView> View(IQueryable<WhopConnection> connections) =>
        connections.Select(c => new ConnectionView(c.Id, c.CompanyId, c.Label, c.CreatedAt, c.UpdatedAt));
}
