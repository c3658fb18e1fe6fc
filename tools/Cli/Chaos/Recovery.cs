namespace BatchBus.Cli.Chaos;

/// <summary>Measures how long after a restart pages are stored again. A restart before that begins the measurement anew.</summary>
sealed class Recovery
{
    readonly Lock _lock = new();
    readonly List<TimeSpan> _times = [];
    Limit? _since;
    long? _before;

    public IReadOnlyList<TimeSpan> Times
    {
        get
        {
            lock (_lock) return [.. _times];
        }
    }

    public void Restarted()
    {
        lock (_lock) (_since, _before) = (new Limit(TimeSpan.Zero), null);
    }

    /// <summary>Called with each look at the database.</summary>
    public void Saw(long pages)
    {
        lock (_lock)
        {
            if (_since is null) return;
            if (_before is null) _before = pages;
            else if (pages > _before)
            {
                _times.Add(_since.Elapsed);
                _since = null;
            }
        }
    }
}
