namespace BatchBus.Fetcher;

/// <summary>
/// Spaces requests: at N a minute one has its turn each 60/N seconds, and a little more. One that starts late, as each does by a timer's inaccuracy,
/// need not push the later ones back: they may make good for up to <see cref="CatchUp"/>. Without that, N requests take a fiftieth longer than a minute.
/// Windows that are read side by side share one, and take turns.
/// </summary>
/// <remarks>
/// No 60 s hold more than N starts, wherever they begin. A request starts at its turn or up to <see cref="CatchUp"/> after it (what starts later moves
/// its turn), and N + 1 requests have N intervals between their turns, so that the last starts at least N × interval − CatchUp after the first. The interval is
/// such that this is 60 s and <see cref="Travel"/>, by which the requests' ways to Whop may differ.
/// </remarks>
sealed class Pace(int requestsPerMinute, DateTimeOffset? notBefore, TimeProvider clock) : IDisposable
{
    /// <summary>How far requests may run behind their turns and still make good for it.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan Travel = TimeSpan.FromMilliseconds(250);

    readonly SemaphoreSlim _turn = new(1);
    readonly Lock _lock = new();
    readonly TimeSpan _interval = Interval(requestsPerMinute);
    DateTimeOffset _next = First(notBefore, Interval(requestsPerMinute), clock.GetUtcNow());

    /// <summary>The next request's turn. It may be past, by <see cref="CatchUp"/> at most where the request comes at once.</summary>
    public DateTimeOffset Next
    {
        get
        {
            lock (_lock) return _next;
        }
    }

    /// <summary>Waits for the next turn and takes it.</summary>
    public async Task Wait(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            // A timer may fire a little early; whoever goes before its turn breaks the limit. It knows whole milliseconds only: for less it does not wait at all.
            for (; now < Next; now = clock.GetUtcNow())
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling((Next - now).TotalMilliseconds)), clock, cancellationToken);
            lock (_lock) _next = Later(_next, now - CatchUp) + _interval;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes turns that were not waited for, by quick tries within a request.</summary>
    public void Skip(int turns)
    {
        lock (_lock) _next += turns * _interval;
    }

    /// <summary>Gives nobody a turn for so long: Whop has asked one request to wait, and means the key.</summary>
    public void Rest(TimeSpan time)
    {
        lock (_lock) _next = Later(_next, clock.GetUtcNow() + time);
    }

    public void Dispose() => _turn.Dispose();

    static TimeSpan Interval(int requestsPerMinute) => (TimeSpan.FromMinutes(1) + CatchUp + Travel) / requestsPerMinute;

    // Another machine's clock said when; being wrong about it must cost no more than one turn.
    static DateTimeOffset First(DateTimeOffset? notBefore, TimeSpan interval, DateTimeOffset now) =>
        notBefore is not { } first ? now : first > now + interval ? now + interval : Later(first, now - CatchUp);

    static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
