using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Says once when something fails and once when it works again; parked messages, which need a human, are named one by one.</summary>
sealed class DeliveryLog(ILogger logger, TimeProvider clock, int maxAttempts)
{
    static readonly TimeSpan RefusalPause = TimeSpan.FromMinutes(1);

    bool _isBrokerAway;
    bool _isDatabaseAway;
    long? _lastRefusal;

    public void BrokerAway(Exception error)
    {
        if (_isBrokerAway) return;

        _isBrokerAway = true;
        logger.LogWarning(error, "The broker gives no answer; messages wait in the outbox");
    }

    public void BrokerAnswered()
    {
        if (!_isBrokerAway) return;

        _isBrokerAway = false;
        logger.LogInformation("The broker answers again; the outbox is being delivered");
    }

    public void DatabaseFailed(Exception error)
    {
        if (_isDatabaseAway) return;

        _isDatabaseAway = true;
        logger.LogWarning(error, "The outbox cannot be read or changed; its messages wait");
    }

    public void DatabaseAnswered()
    {
        if (!_isDatabaseAway) return;

        _isDatabaseAway = false;
        logger.LogInformation("The outbox can be read and changed again");
    }

    public void Report(IReadOnlyList<SendResult> results)
    {
        foreach (var parked in results.OfType<Failure>().Where(x => x.Parks(maxAttempts)))
            logger.LogError(parked.Error,
                "Parked after {Attempts} attempts: message {MessageId} ({MessageType}) to {Destination}, outbox row {SequenceNumber}",
                parked.Row.Attempts + 1, parked.Row.MessageId, parked.Row.MessageType, parked.Row.DestinationAddress, parked.Row.SequenceNumber);

        if (results.Count(x => x is Expired) is > 0 and var expired)
            logger.LogInformation("{Count} messages expired in the outbox and were not sent", expired);

        Refused([.. results.OfType<Failure>().Where(x => x.Cause is not Cause.Silence && !x.Parks(maxAttempts))]);
    }

    void Refused(IReadOnlyList<Failure> failures)
    {
        if (failures.Count == 0 || (_lastRefusal is { } last && clock.GetElapsedTime(last) < RefusalPause)) return;

        _lastRefusal = clock.GetTimestamp();
        logger.LogWarning(failures[0].Error, "{Count} messages could not be delivered, the first to {Destination}; they are tried again",
            failures.Count, failures[0].Row.DestinationAddress);
    }
}
