using System.Text.Json;
using BatchBus.Api.Access;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Data;

/// <summary>
/// Reads the database as the user who asks: in a transaction whose role is the token's and whose claims row-level security sees, so that a
/// forgotten WHERE cannot leak.
/// </summary>
sealed class UserView(ApiDbContext database)
{
    /// <summary>Runs a query as the user.</summary>
    public async Task<T> Read<T>(Caller caller, Func<ApiDbContext, Task<T>> query, CancellationToken cancellationToken)
    {
        var claims = JsonSerializer.Serialize(new { sub = caller.UserId, role = caller.Role });
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.Database.ExecuteSqlAsync(
            $"SELECT set_config('request.jwt.claims', {claims}, true), set_config('role', {caller.Role}, true)", cancellationToken);
        var result = await query(database);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
