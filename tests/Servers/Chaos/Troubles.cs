using System.Text.RegularExpressions;
using BatchBus.Cli;

namespace BatchBus.Tests.Servers.Chaos;

/// <summary>What the processes of an instance have had to say of themselves since this was made: their logs go on from run to run.</summary>
sealed partial class Troubles
{
    const int LinesOfEach = 80, LongestLine = 400;

    readonly Instance _instance;
    readonly Dictionary<string, long> _before;

    public Troubles(Instance instance)
    {
        _instance = instance;
        _before = Logs.ToDictionary(log => log, log => new FileInfo(log).Length);
    }

    IEnumerable<string> Logs => Directory.Exists(_instance.Logs) ? Directory.EnumerateFiles(_instance.Logs, "*.log").Order(StringComparer.Ordinal) : [];

    /// <summary>Says where each log is, and its last warnings and errors, with its starts between them.</summary>
    public void Tell(Action<string> say)
    {
        foreach (var log in Logs)
        {
            say($"--- {log}");
            foreach (var line in Since(log).Where(line => Trouble().IsMatch(line)).TakeLast(LinesOfEach)) say(line.Length <= LongestLine ? line : $"{line[..LongestLine]} …");
        }
    }

    IEnumerable<string> Since(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _before.GetValueOrDefault(log);
        using var reader = new StreamReader(file);
        while (reader.ReadLine() is { } line) yield return line;
    }

    // Of the services, of PostgreSQL and of RabbitMQ, and what ./batchbus writes when it starts one.
    [GeneratedRegex(@"^--- started| (WARN|ERROR|FATAL) | (WARNING|ERROR|FATAL|PANIC|LOG):  |\[(warning|error|critical)\]|^Unhandled")]
    private static partial Regex Trouble();
}
