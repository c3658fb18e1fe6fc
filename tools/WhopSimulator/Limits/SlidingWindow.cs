namespace BatchBus.WhopSimulator.Limits;

/// <summary>What happened in the last 60 seconds. Not thread-safe; its owner locks.</summary>
sealed class SlidingWindow(TimeProvider clock)
{
    static readonly TimeSpan Span = TimeSpan.FromSeconds(60);

    readonly Queue<long> _times = new();

    public int Count()
    {
        while (_times.TryPeek(out var oldest) && clock.GetElapsedTime(oldest) >= Span) _times.Dequeue();
        return _times.Count;
    }

    public void Add() => _times.Enqueue(clock.GetTimestamp());

    /// <summary>How long until fewer than <paramref name="limit"/> are left; more than one has to go after the limit was lowered.</summary>
    public TimeSpan UntilBelow(int limit) => Span - clock.GetElapsedTime(_times.ElementAt(_times.Count - limit));
}
