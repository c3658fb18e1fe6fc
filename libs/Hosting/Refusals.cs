namespace BatchBus.Hosting;

/// <summary>
/// Tells when a connection on which everything for a destination was refused should be replaced: after 5 s of it. A full queue refuses, too, and a new
/// connection does not empty it; so while one follows the other, each has to be refused for twice as long as the one before, up to 5 minutes.
/// </summary>
sealed class Refusals(TimeProvider clock)
{
    static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5), LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>When a destination refused first, of those that have taken nothing since.</summary>
    readonly Dictionary<Uri, long> _since = [];

    readonly Lock _lock = new();
    TimeSpan _wait = ShortestWait;
    long? _replaced;
    volatile bool _areAny;

    /// <summary>The destination has taken a message.</summary>
    public void End(Uri destination)
    {
        if (!_areAny) return;
        lock (_lock)
        {
            _since.Remove(destination);
            _areAny = _since.Count > 0;
        }
    }

    /// <summary>There is another connection, of which nothing is known.</summary>
    public void EndAll()
    {
        lock (_lock)
        {
            _since.Clear();
            _areAny = false;
        }
    }

    /// <summary>The destination has refused a message. Returns for how long it has, once that is too long; the answer is to replace the connection.</summary>
    public TimeSpan? Add(Uri destination)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            _areAny = true;
            _since.TryAdd(destination, now);
            var refused = clock.GetElapsedTime(_since[destination], now);
            if (_replaced is { } at && clock.GetElapsedTime(at, now) > 2 * LongestWait) _wait = ShortestWait; // another story
            if (refused < _wait) return null;
            _wait = 2 * _wait < LongestWait ? 2 * _wait : LongestWait;
            _replaced = now;
            EndAll();
            return refused;
        }
    }
}
