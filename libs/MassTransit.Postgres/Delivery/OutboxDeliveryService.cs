using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Empties the outbox: batch after batch while there are rows, then waits for a commit of this process, for the next postponed row or for the
/// poll that finds what other processes wrote. While the broker gives no answer a single row at a time asks whether it is back.
/// </summary>
sealed class OutboxDeliveryService<TDb>(
    IBusControl bus, IServiceScopeFactory scopes, OutboxOptions<TDb> options, OutboxCommits<TDb> commits, TimeProvider clock,
    ILogger<OutboxDeliveryService<TDb>> logger)
    : BackgroundService
    where TDb : DbContext
{
    /// <summary>How long the first delivery waits for the bus, so that this process's own queues are bound before anything is published.</summary>
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long sends that are under way may still take when the process stops.</summary>
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    /// <summary>Pause after an error of broker, channel or database.</summary>
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>Time limit of the single row that asks whether the broker is back.</summary>
    static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(3);

    readonly OutboxDelivery<TDb> _delivery =
        new(scopes, new OutboxSender(bus, new MessageEndpoints(logger), clock), options.MaxDeliveryAttempts);
    readonly DeliveryLog _log = new(logger, clock, options.MaxDeliveryAttempts);
    bool _isBrokerAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var sending = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var stopping = stoppingToken.Register(() => sending.CancelAfter(StopLimit));
        var faults = new SendFaults();
        using var sends = bus.ConnectSendObserver(faults);
        using var publishes = bus.ConnectPublishObserver(faults);

        Task started = bus.WaitForHealthStatus(BusHealthStatus.Healthy, StartLimit);
        await started.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            // Asked for before the batch is taken, so that no commit falls between the two.
            var commit = commits.Next();
            var (pause, endsWithCommit) = await DeliverBatch(sending.Token, stoppingToken);
            if (pause <= TimeSpan.Zero) continue;

            await (endsWithCommit ? commit.WaitAsync(pause, clock, stoppingToken) : Task.Delay(pause, clock, stoppingToken))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<(TimeSpan Pause, bool EndsWithCommit)> DeliverBatch(CancellationToken sending, CancellationToken stop)
    {
        try
        {
            var batch = _isBrokerAway
                ? await _delivery.Deliver(1, Shorter(options.MessageDeliveryTimeout, ProbeLimit), sending, stop)
                : await _delivery.Deliver(options.QueryMessageLimit, options.MessageDeliveryTimeout, sending, stop);
            _log.DatabaseAnswered();
            Judge(batch.Results);
            if (_isBrokerAway || batch.NeedsRest) return (RetryPause, false);
            return batch.HasMore ? (TimeSpan.Zero, true) : (Shorter(options.QueryDelay, batch.NextDue ?? options.QueryDelay), true);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (TimeSpan.Zero, false);
        }
        catch (Exception e)
        {
            // Nothing was committed: rows that were sent are sent again, under the same identity.
            _log.DatabaseFailed(e);
            return (RetryPause, false);
        }
    }

    void Judge(IReadOnlyList<SendResult> results)
    {
        if (results.Any(x => x is Delivered or Failure { WasReached: true }))
        {
            _isBrokerAway = false;
            _log.BrokerAnswered();
        }
        else if (results.OfType<Failure>().FirstOrDefault(x => x.Cause is Cause.Silence) is { } silence)
        {
            _isBrokerAway = true;
            _log.BrokerAway(silence.Error);
        }

        _log.Report(results);
    }

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
