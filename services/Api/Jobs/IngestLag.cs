using BatchBus.Contracts;

namespace BatchBus.Api.Jobs;

/// <summary>
/// How long pages of each level wait at the moment until they are stored: the longest that Ingest has told in the last minute or two, of whichever job. Each
/// replica of Api keeps it for itself, for each hears of some jobs. It is an estimate, by other machines' clocks: it makes the watchdog patient, and nothing else.
/// </summary>
sealed class IngestLag(TimeProvider clock)
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    static readonly int Levels = Enum.GetValues<JobPriority>().Length;

    readonly Lock _lock = new();
    long _began = clock.GetTimestamp();
    TimeSpan[] _inPeriod = new TimeSpan[Levels], _inPeriodBefore = new TimeSpan[Levels];

    /// <summary>Zero while nothing is known.</summary>
    public TimeSpan Of(JobPriority level) => OfLevels()[(int)level];

    /// <summary>The same of all levels, the lowest first.</summary>
    public TimeSpan[] OfLevels()
    {
        lock (_lock)
        {
            Turn();
            return [.. _inPeriod.Zip(_inPeriodBefore, (now, before) => now > before ? now : before)];
        }
    }

    /// <summary>Takes over what a report says.</summary>
    public void Heard(JobPriority level, TimeSpan waited)
    {
        lock (_lock)
        {
            Turn();
            if (waited > _inPeriod[(int)level]) _inPeriod[(int)level] = waited;
        }
    }

    void Turn()
    {
        var periods = clock.GetElapsedTime(_began) / Period;
        if (periods < 1) return;
        (_inPeriodBefore, _inPeriod) = (periods < 2 ? _inPeriod : new TimeSpan[Levels], new TimeSpan[Levels]);
        _began = clock.GetTimestamp();
    }
}
