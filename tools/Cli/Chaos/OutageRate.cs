namespace BatchBus.Cli.Chaos;

/// <summary>How fast pages were stored before a server went away, and how soon they were again.</summary>
/// <param name="Before">Pages a second before.</param>
/// <param name="FullAfter">When nine tenths of it were reached, counted from the server's return; null when they never were.</param>
sealed record OutageRate(double Before, TimeSpan? FullAfter)
{
    const double Full = 0.9;
    static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <param name="seen">Times and pages stored by then, in order.</param>
    /// <param name="away">When the server went.</param>
    /// <param name="back">When it answered again.</param>
    public static OutageRate Of(IReadOnlyList<(TimeSpan At, long Pages)> seen, TimeSpan away, TimeSpan back)
    {
        var before = Rate(seen, away - Window, away);
        // The rate at a moment is that of the seconds after it: it must hold.
        var full = seen.Where(s => s.At >= back && seen[^1].At >= s.At + Window).FirstOrDefault(s => Rate(seen, s.At, s.At + Window) >= Full * before, (At: TimeSpan.MaxValue, 0));
        return new OutageRate(before, full.At == TimeSpan.MaxValue ? null : full.At - back);
    }

    static double Rate(IReadOnlyList<(TimeSpan At, long Pages)> seen, TimeSpan from, TimeSpan to)
    {
        var within = seen.Where(s => s.At >= from && s.At <= to).ToArray();
        return within.Length < 2 ? 0 : (within[^1].Pages - within[0].Pages) / (within[^1].At - within[0].At).TotalSeconds;
    }
}
