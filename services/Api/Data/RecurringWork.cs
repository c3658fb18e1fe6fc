namespace BatchBus.Api.Data;

/// <summary>
/// Work on the database that is done again and again, as long as the process runs. While PostgreSQL is away it is tried and tried, and the log
/// has a line for each new reason, not for each try. Any other error is a bug, and ends the process.
/// </summary>
/// <param name="name">What waits then, e.g. <c>Admission</c>.</param>
/// <param name="log">The log.</param>
abstract class RecurringWork(string name, ILogger log) : BackgroundService
{
    protected abstract Task Work(CancellationToken cancellationToken);

    /// <summary>Waits until there may be work again.</summary>
    protected abstract Task Rest(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? trouble = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Work(stoppingToken);
                if (trouble is not null) log.LogInformation("{Name} goes on", name);
                trouble = null;
            }
            catch (Exception e) when (e.Postgres() is { } postgres)
            {
                if (trouble != postgres.Message) log.LogWarning("{Name} waits for PostgreSQL: {Reason}", name, postgres.Message);
                trouble = postgres.Message;
            }
            await Rest(stoppingToken);
        }
    }
}
