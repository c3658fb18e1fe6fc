using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>The row lock that keeps concurrent events on one instance apart.</summary>
static class SagaRowLock
{
    /// <summary>Waits for the lock of one instance; false when there is no such row.</summary>
    public static async Task<bool> Take<TSaga>(DbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class, ISaga
    {
        // NO KEY, because the foreign-key check of an inserted child row takes KEY SHARE and has no reason to wait for a saga's event.
        var saga = new EntityNames(db, typeof(TSaga));
        var sql = $"SELECT 1 FROM {saga.Table} WHERE {saga[nameof(ISaga.CorrelationId)]} = {{0}} FOR NO KEY UPDATE";
        return (await db.Database.SqlQueryRaw<int>(sql, correlationId).ToListAsync(cancellationToken)).Count == 1;
    }
}
