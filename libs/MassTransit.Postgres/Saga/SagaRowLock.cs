using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

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
        // A bare command: through Entity Framework's query pipeline the way to this statement took longer than the statement.
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = $"SELECT true FROM {saga.Table} WHERE {saga[nameof(ISaga.CorrelationId)]} = $1 FOR NO KEY UPDATE";
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = correlationId });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
