using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Api.Gauges;

/// <summary>Counts what the gauges show, in every replica of Api: a few milliseconds each time, whoever scrapes and however often.</summary>
sealed class GaugeService(
    NpgsqlDataSource database, QueueDepths queues, GaugeMeter meter, IOptions<GaugeOptions> options, TimeProvider clock, ILogger<GaugeService> log) : BackgroundService
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly HashSet<string> _uncounted = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Every, clock);
        do
        {
            await Count("PostgreSQL", async limit => meter.Show(await TableCounts.Read(database, limit)), stoppingToken);
            await Count("RabbitMQ", async limit => meter.Show(await queues.Read(GaugeMeter.AllQueues, limit)), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task Count(string server, Func<CancellationToken, Task> count, CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            await count(either.Token);
            if (_uncounted.Remove(server)) log.LogInformation("What is in {Server} is counted again", server);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // Whatever it is: the other gauges go on, and the age of these tells how old they are.
            if (_uncounted.Add(server))
                log.LogWarning("What is in {Server} cannot be counted; the gauges stay as they were: {Reason}", server, limit.IsCancellationRequested ? "no answer in time" : e.GetBaseException().Message);
        }
    }
}
