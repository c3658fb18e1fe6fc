namespace BatchBus.Api.Jobs;

/// <summary>
/// How long pages wait at the moment until they are stored: the longest that Ingest has told in the last minute or two, of whichever job. Each replica of Api
/// keeps it for itself, for each hears of some jobs. It is an estimate, by other machines' clocks: it makes the watchdog patient, and nothing else.
/// </summary>
sealed class IngestLag(TimeProvider clock)
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    long _began = clock.GetTimestamp();
    TimeSpan _inPeriod, _inPeriodBefore;

    /// <summary>Zero while nothing is known.</summary>
    public TimeSpan Now
    {
        get
        {
            lock (_lock)
            {
                Turn();
                return _inPeriod > _inPeriodBefore ? _inPeriod : _inPeriodBefore;
            }
        }
    }

    /// <summary>Takes over what a report says.</summary>
    public void Heard(TimeSpan waited)
    {
        lock (_lock)
        {
            Turn();
            if (waited > _inPeriod) _inPeriod = waited;
        }
    }

    void Turn()
    {
        var periods = clock.GetElapsedTime(_began) / Period;
        if (periods < 1) return;
        (_inPeriodBefore, _inPeriod) = (periods < 2 ? _inPeriod : TimeSpan.Zero, TimeSpan.Zero);
        _began = clock.GetTimestamp();
    }
}
