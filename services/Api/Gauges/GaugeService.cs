using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Api.Gauges;

/// <summary>Counts what the gauges show, in every replica of Api: a few milliseconds each time, whoever scrapes and however often.</summary>
sealed class GaugeService(
    NpgsqlDataSource database, QueueDepths queues, GaugeMeter meter, IOptions<GaugeOptions> options, TimeProvider clock, ILogger<GaugeService> log) : BackgroundService
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Every, clock);
        do
        {
            meter.Tables = await Counted(limit => TableCounts.Read(database, limit), stoppingToken);
            meter.Depths = await Counted(limit => queues.Read(GaugeMeter.AllQueues, limit), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>Null when it could not be counted, for whatever reason: readiness and the other loops complain about a server that is away.</returns>
    async Task<T?> Counted<T>(Func<CancellationToken, Task<T>> count, CancellationToken stoppingToken) where T : class
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            return await count(either.Token);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            log.LogDebug(e, "The gauges have nothing to show");
            return null;
        }
    }
}
