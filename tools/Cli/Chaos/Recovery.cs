namespace BatchBus.Cli.Chaos;

/// <summary>Measures how long after a restart pages are stored again. A restart before that begins the measurement anew.</summary>
sealed class Recovery
{
    readonly Lock _lock = new();
    readonly Limit _clock = new(TimeSpan.Zero);
    readonly List<(TimeSpan At, long Pages)> _seen = [];
    readonly List<TimeSpan> _times = [];
    TimeSpan? _away, _back, _since;
    long? _before;

    public IReadOnlyList<TimeSpan> Times
    {
        get
        {
            lock (_lock) return [.. _times];
        }
    }

    /// <summary>Of the first strike; null when its victim is not back yet.</summary>
    public OutageRate? Rate
    {
        get
        {
            lock (_lock) return _away is { } away && _back is { } back ? OutageRate.Of(_seen, away, back) : null;
        }
    }

    public void Struck()
    {
        lock (_lock) _away ??= _clock.Elapsed;
    }

    public void Restarted()
    {
        lock (_lock)
        {
            (_since, _before) = (_clock.Elapsed, null);
            _back ??= _since;
        }
    }

    /// <summary>Called with each look at the database.</summary>
    public void Saw(long pages)
    {
        lock (_lock)
        {
            _seen.Add((_clock.Elapsed, pages));
            if (_since is null) return;
            if (_before is null) _before = pages;
            else if (pages > _before)
            {
                _times.Add(_clock.Elapsed - _since.Value);
                _since = null;
            }
        }
    }
}
