using BatchBus.Contracts;

namespace BatchBus.Fetcher;

/// <summary>What the windows of a slice share: its pages, its time, and the reason to end it. Used by all of them at once.</summary>
sealed class SliceLimits(FetchMembers slice, TimeSpan time, TimeProvider clock)
{
    readonly Lock _lock = new();
    readonly long _started = clock.GetTimestamp();
    int _taken;
    int _read;
    int _open = slice.Windows.Count;
    TimeSpan _reading;
    TimeSpan _quickest = TimeSpan.MaxValue;
    bool _isOver;

    /// <summary>Why the slice stops early; null when it does not.</summary>
    public FetchStop? Stop { get; private set; }

    /// <summary>How long Whop took for a page, on average; null when none was read.</summary>
    public TimeSpan? PageTime => _read == 0 ? null : _reading / _read;

    /// <summary>Takes the next page of any window; false when the slice has no more to give. A slice whose time is over before its first page reads that one.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_isOver || _taken >= slice.MaxPages || (_taken > 0 && clock.GetElapsedTime(_started) >= time)) return false;
            _taken++;
            return true;
        }
    }

    /// <summary>A page was read, which took Whop so long.</summary>
    /// <returns>How many pages the job has in all when this one was the last of every window; otherwise null.</returns>
    public int? HasRead(TimeSpan took, bool isLast)
    {
        lock (_lock)
        {
            _read++;
            _reading += took;
            if (took < _quickest) _quickest = took;
            if (_read == 2 && _quickest > slice.SlowAfter) _isOver = true;
            if (isLast && --_open < slice.LeastWindows) _isOver = true;
            return _open == 0 ? slice.PagesBefore + _read : null;
        }
    }

    /// <summary>Ends the slice for all windows, for a reason that the job is told: a final one before others, and of those the one with the longest wait.</summary>
    public void End(FetchStop stop)
    {
        lock (_lock)
        {
            _isOver = true;
            if (Stop is null || (!Stop.IsFinal && (stop.IsFinal || stop.RetryAfter > (Stop.RetryAfter ?? TimeSpan.Zero)))) Stop = stop;
        }
    }

    /// <summary>Ends the slice for all windows: it will not be reported at all.</summary>
    public void Abandon()
    {
        lock (_lock) _isOver = true;
    }
}
