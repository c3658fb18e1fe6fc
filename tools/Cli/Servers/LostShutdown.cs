namespace BatchBus.Cli.Servers;

/// <summary>
/// A shutdown that PostgreSQL begins and never finishes: it was asked for (smart or fast) after a session had crashed and before the log was replayed. The first
/// process then waits for its checkpointer, whom nobody tells. PostgreSQL 15.18 does so without BatchBus, too, and its makers know:
/// https://www.postgresql.org/message-id/attachment/205961/repro_shutdown_hang.sh. An immediate shutdown ends it.
/// </summary>
static class LostShutdown
{
    const string Crashed = "all server processes terminated; reinitializing";
    static readonly string[] Asked = ["received smart shutdown request", "received fast shutdown request"];
    static readonly string[] Over = ["starting PostgreSQL", "redo starts at", "redo is not required", "ready to accept connections"];

    /// <summary>Whether the server that writes this log, in English, was asked at such a moment since its last start.</summary>
    public static bool IsIn(IEnumerable<string> log)
    {
        var (isBeforeReplay, isLost) = (false, false);
        foreach (var line in log)
        {
            if (line.Contains(Crashed, StringComparison.Ordinal)) isBeforeReplay = true;
            // The replay itself still comes, and helps no more.
            else if (Over.Any(over => line.Contains(over, StringComparison.Ordinal))) (isBeforeReplay, isLost) = (false, isLost && !line.Contains(Over[0], StringComparison.Ordinal));
            else if (Asked.Any(asked => line.Contains(asked, StringComparison.Ordinal))) isLost |= isBeforeReplay;
        }
        return isLost;
    }
}
