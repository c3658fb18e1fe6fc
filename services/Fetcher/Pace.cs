namespace BatchBus.Fetcher;

/// <summary>
/// Spaces requests evenly: at N a minute, one each 60/N seconds. A request that starts late pushes the later ones back, so no 60 s hold more
/// than N, wherever they begin.
/// </summary>
sealed class Pace(int requestsPerMinute, DateTimeOffset? notBefore, TimeProvider clock)
{
    readonly TimeSpan _interval = TimeSpan.FromMinutes(1) / requestsPerMinute;

    /// <summary>When the next request may start.</summary>
    public DateTimeOffset Next { get; private set; } = First(notBefore, TimeSpan.FromMinutes(1) / requestsPerMinute, clock.GetUtcNow());

    /// <summary>Waits for the next turn and takes it.</summary>
    public async Task Wait(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // A timer may fire a little early; whoever goes before its turn breaks the limit.
        for (; now < Next; now = clock.GetUtcNow())
            await Task.Delay(Next - now, clock, cancellationToken);
        Next = now + _interval;
    }

    // Another machine's clock said when; being wrong about it must cost no more than one turn.
    static DateTimeOffset First(DateTimeOffset? notBefore, TimeSpan interval, DateTimeOffset now) =>
        notBefore is not { } first || first < now ? now : first > now + interval ? now + interval : first;
}
