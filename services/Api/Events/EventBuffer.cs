namespace BatchBus.Api.Events;

/// <summary>The way from the watcher to whoever writes a stream out. A slow reader gets each job's newest state; nothing piles up.</summary>
sealed class EventBuffer : IDisposable
{
    readonly Lock _lock = new();
    readonly SemaphoreSlim _news = new(0, 1);
    OrderedDictionary<Guid, JobEvent> _events = [];
    bool _hasLast;
    bool _isClosed;

    public void Add(JobEvent what, bool isLast)
    {
        lock (_lock)
        {
            if (_isClosed) return; // the reader left in this moment
            _events.Remove(what.JobId);
            _events.Add(what.JobId, what);
            _hasLast |= isLast;
            if (_news.CurrentCount == 0) _news.Release();
        }
    }

    /// <summary>Waits for events.</summary>
    /// <returns>The events, none when nothing came for so long; and whether they were the last.</returns>
    public async Task<(IReadOnlyCollection<JobEvent> Events, bool AreLast)> Take(TimeSpan longest, CancellationToken cancellationToken)
    {
        await _news.WaitAsync(longest, cancellationToken);
        lock (_lock)
        {
            var events = _events;
            _events = [];
            return (events.Values, _hasLast);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _news.Dispose();
        }
    }
}
