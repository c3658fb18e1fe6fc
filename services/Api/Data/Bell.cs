namespace BatchBus.Api.Data;

/// <summary>Wakes whoever rests. However often it is rung meanwhile, the next rest is cut short once.</summary>
sealed class Bell : IDisposable
{
    readonly Lock _lock = new();
    readonly SemaphoreSlim _rung = new(0, 1);

    public void Ring()
    {
        lock (_lock)
        {
            if (_rung.CurrentCount == 0) _rung.Release();
        }
    }

    /// <summary>Waits until it is rung, or for <paramref name="longest"/>.</summary>
    public Task Wait(TimeSpan longest, CancellationToken cancellationToken) => _rung.WaitAsync(longest, cancellationToken);

    public void Dispose() => _rung.Dispose();
}
