using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Audiences;

/// <summary>
/// Deletes an audience with its jobs in one transaction; a trigger puts its members on the list <c>audience_deletions</c>, which
/// <see cref="MemberDeletionService"/> works off.
/// </summary>
sealed class AudienceDeletion(ApiDbContext database, MemberDeletionService members)
{
    /// <returns>False when somebody else was quicker.</returns>
    public async Task<bool> Delete(Guid audience, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // The audience's lock keeps new jobs away: their foreign key asks for it. The jobs' locks wait for Ingest, which holds them while it
        // writes members and afterwards finds no job to write for. In the order of ids, as Ingest takes them.
        await database.Database.ExecuteSqlAsync($"SELECT FROM audiences WHERE id = {audience} FOR UPDATE", cancellationToken);
        await database.Database.ExecuteSqlAsync($"SELECT FROM batch_processing_queue WHERE audience_id = {audience} ORDER BY id FOR UPDATE", cancellationToken);
        var deleted = await database.Audiences.Where(a => a.Id == audience).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        members.Wake();
        return deleted > 0;
    }
}
