using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Jobs;

/// <summary>The members whom a refresh of all did not find any more.</summary>
interface IMissingMembers
{
    /// <summary>Marks them, and none twice.</summary>
    /// <returns>How many were not marked before.</returns>
    Task<int> Mark(BatchJob job, CancellationToken cancellationToken);
}

/// <summary>
/// In the transaction that ends the job, so that they are marked when it is completed, and not before. It holds the job's row, so Ingest writes nothing for the
/// job meanwhile; a page of an earlier job of the audience that comes so late may, and does not take back a mark.
/// </summary>
sealed class MissingMembers(ApiDbContext database) : IMissingMembers
{
    // A million rows on a slow machine. A statement that was cut short would be tried again, and cut short again.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public async Task<int> Mark(BatchJob job, CancellationToken cancellationToken)
    {
        var limit = database.Database.GetCommandTimeout();
        database.Database.SetCommandTimeout(Limit);
        await database.Database.ExecuteSqlAsync($"SET LOCAL statement_timeout = 0", cancellationToken); // the server's own; Supabase has one
        // Who was added since it started is there, though it has not seen him. Who is marked counts as seen by it.
        var marked = await database.Database.ExecuteSqlAsync($"""
            UPDATE audience_members m SET missing_since = now(), seen_at = q.started_at FROM batch_processing_queue q
            WHERE q.id = {job.CorrelationId} AND m.audience_id = q.audience_id AND m.missing_since IS NULL AND coalesce(m.seen_at, m.added_at) < q.started_at
            """, cancellationToken);
        database.Database.SetCommandTimeout(limit);
        return marked;
    }
}
