namespace BatchBus.Cli.Processes;

/// <summary>The end of a process's log, to show why it failed.</summary>
static class LogTail
{
    const int Lines = 12, LongestLine = 300;
    const string StartMark = "--- started by ./batchbus at ";

    /// <summary>Separates the runs in a log.</summary>
    public static void MarkStart(Instance instance, string process) =>
        File.AppendAllText(instance.LogOf(process), $"{StartMark}{TimeProvider.System.GetUtcNow():u}{Environment.NewLine}");

    /// <summary>A text to append to a sentence: where the log is and the last lines of this run, without stack frames.</summary>
    public static string Of(Instance instance, string process)
    {
        var path = instance.LogOf(process);
        if (!File.Exists(path)) return " It wrote no log.";
        var last = OfThisRun(path).Where(IsNoFrame).TakeLast(Lines).Select(line => $"    {Shortened(line)}").ToArray();
        return last.Length == 0
            ? $" It wrote nothing to its log, {path}."
            : $" The end of {path}:{Environment.NewLine}{string.Join(Environment.NewLine, last)}";
    }

    static IEnumerable<string> OfThisRun(string path) =>
        File.ReadLines(path).Reverse().TakeWhile(line => !line.StartsWith(StartMark, StringComparison.Ordinal)).Reverse();

    static string Shortened(string line) => line.Length <= LongestLine ? line.TrimEnd() : $"{line[..LongestLine]} …";

    static bool IsNoFrame(string line) => line.Trim() is { Length: > 0 } text && !text.StartsWith("at ", StringComparison.Ordinal);
}
