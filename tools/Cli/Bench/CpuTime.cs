using System.Globalization;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Bench;

/// <summary>The processor time that a stack has used so far, by kind of process: with all its children, those that have ended included.</summary>
sealed class CpuTime
{
    // USER_HZ, in which Linux tells times to programs: 100 on every architecture that .NET runs on. See proc(5).
    const double TicksPerSecond = 100;

    readonly IReadOnlyDictionary<string, double> _seconds;

    CpuTime(IReadOnlyDictionary<string, double> seconds) => _seconds = seconds;

    /// <summary>Reads it, now.</summary>
    public static CpuTime Of(IEnumerable<RunningProcess> processes)
    {
        var all = ReadAll();
        var children = all.ToLookup(process => process.Parent);
        return new CpuTime(processes.GroupBy(Kind).ToDictionary(kind => kind.Key, kind => kind.Sum(process =>
            all.Where(one => one.Pid == process.Identity.Pid).Sum(one => WithChildren(one, children)))));
    }

    /// <summary>Seconds since an earlier reading, by kind: <c>api</c>, <c>fetcher</c>, <c>ingest</c>, <c>simulator</c>, <c>postgres</c>, <c>rabbitmq</c>.</summary>
    public SortedDictionary<string, double> Since(CpuTime earlier) =>
        new(_seconds.ToDictionary(kind => kind.Key, kind => kind.Value - earlier._seconds.GetValueOrDefault(kind.Key)));

    // Erlang's port mapper is a part of RabbitMQ.
    static string Kind(RunningProcess process) =>
        process.Name == PrivateRabbitMq.PortMapperName ? PrivateRabbitMq.ProcessName : ServiceNames.KindOf(process.Name);

    static double WithChildren(ProcessTime process, ILookup<int, ProcessTime> children) =>
        process.Seconds + children[process.Pid].Sum(child => WithChildren(child, children));

    static List<ProcessTime> ReadAll()
    {
        var all = new List<ProcessTime>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            try
            {
                all.Add(Parse(pid, File.ReadAllText($"{folder}/stat")));
            }
            catch (IOException)
            {
                // It has ended; its parent has its time from now on.
            }
        }
        return all;
    }

    // After the name: state, parent, …; fields 14 to 17 are the times of the process and of its children that have ended.
    static ProcessTime Parse(int pid, string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessTime(pid, int.Parse(fields[1], CultureInfo.InvariantCulture),
            fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond);
    }

    readonly record struct ProcessTime(int Pid, int Parent, double Seconds);
}
