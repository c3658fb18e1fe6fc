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
            await Count(async limit => meter.Show(await TableCounts.Read(database, limit)), stoppingToken);
            await Count(async limit => meter.Show(await queues.Read(GaugeMeter.AllQueues, limit)), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task Count(Func<CancellationToken, Task> count, CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            await count(either.Token);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // The gauges' age tells, and readiness and the other loops complain about a server that is away.
            log.LogDebug(e, "The gauges stay as they were");
        }
    }
}
