namespace BatchBus.Tests.Servers;

/// <summary>Waits for something to become true instead of sleeping.</summary>
public static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Machines are slow at times, and a limit costs nothing while all is well.
    static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(3);

    /// <summary>Polls until <paramref name="check"/> holds; fails with <paramref name="what"/>, and what was there <paramref name="instead"/>, after <paramref name="limit"/> (default 3 minutes).</summary>
    public static async Task True(Func<Task<bool>> check, string what, TimeSpan? limit = null, Func<string>? instead = null)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (!await check())
        {
            if (clock.GetElapsedTime(start) > (limit ?? DefaultLimit)) Assert.Fail($"In vain waited for: {what}. {instead?.Invoke()}");
            await Task.Delay(Pause, clock, TestContext.Current.CancellationToken);
        }
    }
}
