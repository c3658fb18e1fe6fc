namespace BatchBus.Tests.Fast.Simulator;

/// <summary>A clock that stands until it is moved.</summary>
sealed class ManualClock : TimeProvider
{
    long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan time) => _ticks += time.Ticks;
}
