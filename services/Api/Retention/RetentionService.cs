using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Api.Retention;

/// <summary>Sweeps at the start and then each <see cref="RetentionOptions.Interval"/>, in every replica; whoever comes second finds nothing to do.</summary>
sealed class RetentionService(RetentionSweep sweep, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<RetentionService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("Old rows could not be deleted; the next try is in {Interval}: {Reason}", options.Value.Interval, e.Message);
            }
            await Task.Delay(options.Value.Interval, clock, stoppingToken);
        }
    }

    async Task Sweep(CancellationToken cancellationToken)
    {
        var deleted = new Dictionary<string, int>();
        await foreach (var chunk in sweep.Run(cancellationToken)) deleted[chunk.Table] = deleted.GetValueOrDefault(chunk.Table) + chunk.Rows;
        foreach (var (table, rows) in deleted) log.LogInformation("Deleted {Rows} old rows of {Table}", rows, table);
    }
}
