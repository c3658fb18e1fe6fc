using System.Globalization;

namespace BatchBus.Cli.Bench;

/// <summary>
/// How much of the processor time that this machine asked for its host gave to others. A latency measured meanwhile is the host's as well: on a
/// shared machine a request may wait for tens of milliseconds before anything here runs.
/// </summary>
/// <param name="Used">Ticks in which this machine's processors ran something.</param>
/// <param name="Stolen">Ticks in which they would have.</param>
readonly record struct StolenTime(long Used, long Stolen)
{
    /// <summary>Reads it, now.</summary>
    public static StolenTime Now() => Parse(File.ReadLines("/proc/stat").First());

    /// <summary>The first line of <c>/proc/stat</c>, see proc(5): user, nice, system, idle, iowait, irq, softirq, steal.</summary>
    public static StolenTime Parse(string line)
    {
        long[] ticks = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        return new StolenTime(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6], ticks[7]);
    }

    /// <summary>Percent of what was asked for since an earlier reading.</summary>
    public double PercentSince(StolenTime earlier)
    {
        var (used, stolen) = (Used - earlier.Used, Stolen - earlier.Stolen);
        return stolen == 0 ? 0 : Math.Round(100.0 * stolen / (used + stolen), 1);
    }
}
