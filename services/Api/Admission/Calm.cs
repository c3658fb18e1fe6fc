namespace BatchBus.Api.Admission;

/// <summary>
/// How long PostgreSQL has answered without a break. A job that stood still while it was away has lost nothing: its messages come back from the
/// delay queues by themselves, and driving it on at once would fetch the same pages twice.
/// </summary>
sealed class Calm(TimeProvider clock)
{
    long _since = clock.GetTimestamp();

    public TimeSpan Length => clock.GetElapsedTime(_since);

    /// <summary>PostgreSQL was away just now; it begins anew.</summary>
    public void Break() => _since = clock.GetTimestamp();
}
