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
            var (state, startTicks) = ParseStat(File.ReadAllText($"/proc/{pid}/stat"));
            return state is 'Z' or 'X' ? null : new ProcessIdentity(pid, startTicks, File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());
        }
        catch (IOException)
        {
            // No such file: no such process. It may also end between opening the file and reading it.
            return null;
        }
    }

    /// <summary>Reads state and start time; the name before them is in parentheses and may hold spaces and parentheses itself.</summary>
    public static (char State, long StartTicks) ParseStat(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (fields[0][0], long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>The most memory that the process has had at once, in bytes (VmHWM); null when it has ended.</summary>
    public long? PeakMemory()
    {
        if (!IsRunning) return null;
        var line = File.ReadLines($"/proc/{Pid}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
