namespace BatchBus.Cli;

/// <summary>A time limit for polling something that the operating system gives no event for.</summary>
sealed class Limit(TimeSpan length)
{
    static readonly TimeSpan PauseLength = TimeSpan.FromMilliseconds(100);
    readonly long _start = TimeProvider.System.GetTimestamp();

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_start);

    public bool IsOver => Elapsed > length;

    public static Task Pause(CancellationToken ct) => Task.Delay(PauseLength, TimeProvider.System, ct);
}
