using System.Text.Json;
using BatchBus.Api.Access;
using Microsoft.EntityFrameworkCore;
using Npgsql.EntityFrameworkCore.PostgreSQL;

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

    /// <summary>
    /// Runs a query as the user, and again when PostgreSQL was away for a moment: six times, with some 20 s of waits between them. For what would lose much by failing,
    /// such as a download in its middle; whoever waits for a page of a list is better off with an error at once.
    /// </summary>
    public Task<T> ReadPatiently<T>(Caller caller, Func<ApiDbContext, Task<T>> query, CancellationToken cancellationToken) =>
        new Patient(database).ExecuteAsync(token => Read(caller, query, token), cancellationToken);

    sealed class Patient(ApiDbContext database) : NpgsqlRetryingExecutionStrategy(database, maxRetryCount: 5, maxRetryDelay: TimeSpan.FromSeconds(10), errorCodesToAdd: null)
    {
        // The context's own strategy wraps what broke a query in an InvalidOperationException.
        protected override bool ShouldRetryOn(Exception? exception) => base.ShouldRetryOn(exception?.Postgres() ?? exception);
    }
}
