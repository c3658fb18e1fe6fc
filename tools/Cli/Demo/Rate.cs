namespace BatchBus.Cli.Demo;

/// <summary>Members a second since the first were seen.</summary>
sealed class Rate
{
    readonly long _start = TimeProvider.System.GetTimestamp();

    public double Of(long stored) => stored / Math.Max(0.001, TimeProvider.System.GetElapsedTime(_start).TotalSeconds);
}
