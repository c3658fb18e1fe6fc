using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace BatchBus.Database;

/// <summary>Ready when PostgreSQL answers and lets write; a standby, or a server that ran out of disk, may answer and not.</summary>
sealed class PostgresHealth(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT current_setting('transaction_read_only')");
            return await command.ExecuteScalarAsync(cancellationToken) is "off"
                ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("PostgreSQL is read-only.");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy($"PostgreSQL does not answer: {e.Message}", e);
        }
    }
}
