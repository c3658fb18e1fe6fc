using BatchBus.Contracts;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BatchBus.Hosting.Workers;

/// <summary>
/// Says at the start, then at intervals, that this worker is alive, and at a clean end that it is over. It must be registered after the bus:
/// hosted services end in the reverse order, so that the last word is out before the bus closes.
/// </summary>
sealed class HeartbeatService(IBus bus, WorkerProcess worker, IOptions<WorkerOptions> options, TimeProvider clock, ILogger<HeartbeatService> log) : BackgroundService
{
    // A broker that is away must not hold the end up.
    static readonly TimeSpan LastWordLimit = TimeSpan.FromSeconds(3);

    bool _isHeard = true;

    // The next one says all that this one does: an Api that was away hears the last few, not all that it has missed.
    TimeSpan TimeToLive => options.Value.StaleAfter;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Say(stopping: true, LastWordLimit, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.HeartbeatInterval, clock);
        do await Say(stopping: false, options.Value.HeartbeatInterval, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task Say(bool stopping, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await bus.Publish(worker.Heartbeat(stopping), Configure, either.Token)
                .WaitAsync(either.Token); // an end of its own, for a transport whose channel has just broken may overlook the token
            _isHeard = true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: a worker does not end because nobody hears it.
            if (_isHeard) log.LogWarning("RabbitMQ takes no heartbeat; Api will call this worker stale: {Reason}", limit.IsCancellationRequested ? "it does not confirm" : e.GetBaseException().Message);
            _isHeard = false;
        }
    }

    void Configure(PublishContext<WorkerHeartbeat> publish)
    {
        publish.TimeToLive = TimeToLive;
        publish.Durable = false; // nothing to keep over a restart of the broker
    }
}
