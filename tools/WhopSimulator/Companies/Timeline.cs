namespace BatchBus.WhopSimulator.Companies;

/// <summary>
/// When each member came. The years 2020 to 2025 are divided evenly among the members, and each comes at a random moment of its part:
/// times rise with the index, and the member of a given time is a division away.
/// </summary>
sealed class Timeline(ulong seed, int members)
{
    static readonly DateTime Start = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly long SpanMs = (long)(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) - Start).TotalMilliseconds;

    readonly long _partMs = SpanMs / Math.Max(members, 1);

    /// <summary>In the first half of the member's part, so that joining later in it keeps the order.</summary>
    public DateTime Created(int index) => Start.AddMilliseconds(index * _partMs + Random(index, 0));

    public DateTime Joined(int index) => Created(index).AddMilliseconds(Random(index, 1));

    /// <summary>The first member created after the time, or the number of members.</summary>
    public int FirstAfter(DateTime time)
    {
        var index = PartOf(time);
        return index < members && Created(index) <= time ? index + 1 : index;
    }

    /// <summary>The first member created at the time or after it, or the number of members.</summary>
    public int FirstNotBefore(DateTime time)
    {
        var index = PartOf(time);
        return index < members && Created(index) < time ? index + 1 : index;
    }

    int PartOf(DateTime time) => (int)Math.Clamp((long)Math.Floor((time - Start).TotalMilliseconds) / _partMs, 0, members);

    long Random(int index, ulong what) => (long)(Mix.Of(seed + what, (ulong)index) % (ulong)(_partMs / 2));
}
