using BatchBus.Api.Data;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Retention;

/// <summary>Sweeps at the start and then each <see cref="RetentionOptions.Interval"/>, in every replica; whoever comes second finds nothing to do.</summary>
sealed class RetentionService(RetentionSweep sweep, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<RetentionService> log)
    : RecurringWork("Deleting old rows", log)
{
    readonly ILogger _log = log;

    protected override async Task Work(CancellationToken cancellationToken)
    {
        var deleted = new Dictionary<string, int>();
        await foreach (var chunk in sweep.Run(cancellationToken)) deleted[chunk.Table] = deleted.GetValueOrDefault(chunk.Table) + chunk.Rows;
        foreach (var (table, rows) in deleted) _log.LogInformation("Deleted {Rows} old rows of {Table}", rows, table);
    }

    protected override Task Rest(CancellationToken cancellationToken) => Task.Delay(options.Value.Interval, clock, cancellationToken);
}
