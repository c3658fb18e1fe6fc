using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace BatchBus.Database;

/// <summary>Keeps a service from starting on a schema that is older than its code. It waits for a database that is away, and says so
/// once for each reason, not for each try.</summary>
sealed class SchemaCheck(NpgsqlDataSource database, TimeProvider clock, ILogger<SchemaCheck> log) : IHostedLifecycleService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        string? trouble = null;
        while (true)
        {
            try
            {
                await SchemaHistory.EnsureCurrent(database, cancellationToken);
                if (trouble is not null) log.LogInformation("PostgreSQL answers; the start goes on");
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient)
            {
                if (trouble != e.Message) log.LogWarning("The start waits for PostgreSQL: {Reason}", e.Message);
                trouble = e.Message;
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
