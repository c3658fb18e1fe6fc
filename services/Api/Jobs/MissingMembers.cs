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
/// In the transaction that ends the job, so that they are marked when it is completed, and not before. Nobody else writes those rows: Ingest would need the
/// job's lock, and there is no other active job of the audience.
/// </summary>
sealed class MissingMembers(ApiDbContext database) : IMissingMembers
{
    public Task<int> Mark(BatchJob job, CancellationToken cancellationToken) => database.Database.ExecuteSqlAsync($"""
        UPDATE audience_members SET missing_since = now()
        WHERE audience_id = {job.AudienceId} AND seen_by IS DISTINCT FROM {job.CorrelationId} AND missing_since IS NULL
        """, cancellationToken);
}
