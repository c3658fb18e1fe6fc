using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Connections;

/// <summary>Reads connections as the user who asks. The user may read every column but the key's two, so a query must not ask for whole rows.</summary>
static class ConnectionQueries
{
    /// <summary>The newest connections, or those created before the connection <paramref name="before"/>, which may be deleted by now.</summary>
    public static async Task<IReadOnlyList<ConnectionView>> Newest(ApiDbContext db, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var connections = db.Connections.Where(c => c.DeletedAt == null);
        if (before is not null)
        {
            var mark = await db.Connections.Where(c => c.Id == before).Select(c => (DateTimeOffset?)c.CreatedAt).SingleOrDefaultAsync(cancellationToken);
            connections = connections.Where(c => c.CreatedAt < mark || (c.CreatedAt == mark && c.Id < before));
        }
        return await View(connections.OrderByDescending(c => c.CreatedAt).ThenByDescending(c => c.Id).Take(limit)).ToListAsync(cancellationToken);
    }

    public static Task<ConnectionView?> Find(ApiDbContext db, Guid id, CancellationToken cancellationToken) =>
        View(db.Connections.Where(c => c.Id == id && c.DeletedAt == null)).SingleOrDefaultAsync(cancellationToken);

    static IQueryable<ConnectionView> View(IQueryable<WhopConnection> connections) =>
        connections.Select(c => new ConnectionView(c.Id, c.CompanyId, c.Label, c.CreatedAt, c.UpdatedAt));
}
