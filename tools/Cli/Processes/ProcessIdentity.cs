using System.Globalization;
using System.Text.Json.Serialization;

namespace BatchBus.Cli.Processes;

/// <summary>
/// A process and no other: process ids are used again, a pair of id and start time within one boot is not.
/// </summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot: field 22 of <c>/proc/PID/stat</c> (proc(5)).</param>
/// <param name="BootId">Which boot that was: the ticks begin anew with each.</param>
sealed record ProcessIdentity(int Pid, long StartTicks, string BootId)
{
    /// <summary>True while this very process runs; one that has ended and only waits to be collected by its parent does not.</summary>
    [JsonIgnore]
    public bool IsRunning => Of(Pid) is { } now && now == this;

    /// <summary>The process that has this id now, or null.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        try
        {
            var (hasEnded, startTicks) = ParseStat(File.ReadAllText($"/proc/{pid}/stat"));
            return hasEnded ? null : new ProcessIdentity(pid, startTicks, File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());
        }
        catch (IOException)
        {
            // No such file: no such process. It may also end between opening the file and reading it.
            return null;
        }
    }

    /// <summary>
    /// Reads whether it has ended, and when it started; the name before them is in parentheses and may hold spaces and parentheses itself.
    /// A process that was killed is called a zombie as soon as its first thread is one. While others are still ending, so are its files and ports.
    /// </summary>
    public static (bool HasEnded, long StartTicks) ParseStat(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var (state, threads) = (fields[0], int.Parse(fields[17], CultureInfo.InvariantCulture));
        return (state == "X" || (state == "Z" && threads <= 1), long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>The processor time that the process has used so far, user and system (utime and stime); null when it has ended.</summary>
    public TimeSpan? ProcessorTime() => IsRunning ? ParseProcessorTime(File.ReadAllText($"/proc/{Pid}/stat")) : null;

    /// <summary>Fields 14 and 15, in ticks of a hundredth of a second (USER_HZ).</summary>
    public static TimeSpan ParseProcessorTime(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    /// <summary>The most memory that the process has had at once, in bytes (VmHWM); null when it has ended.</summary>
    public long? PeakMemory() => StatusBytes("VmHWM:");

    /// <summary>The memory that it has now, in bytes (VmRSS); null when it has ended.</summary>
    public long? Memory() => StatusBytes("VmRSS:");

    /// <summary>The same without what it has mapped of files (RssFile): .NET's and its own programs, which the processes of a machine share.</summary>
    public long? OwnMemory() => Memory() - StatusBytes("RssFile:");

    long? StatusBytes(string name)
    {
        if (!IsRunning) return null;
        var line = File.ReadLines($"/proc/{Pid}/status").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
