using System.Collections.Concurrent;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Chaos;

/// <summary>Waits for the end of what was told to end. It has to come in time.</summary>
sealed class Ending(PrivateStack stack)
{
    // A service may take 30 seconds to finish the work in hand.
    static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(120);

    readonly ConcurrentBag<string> _problems = [], _notes = [];

    /// <summary>What did not end.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>What went as others have made it, and is worth a line.</summary>
    public IReadOnlyCollection<string> Notes => _notes;

    /// <summary>Returns when the process has ended, by force if it must be.</summary>
    public async Task Of(RunningProcess process)
    {
        if (process.Name == PrivatePostgres.ProcessName) Signals.Send(process, StopSignal.Interrupt);
        var limit = new Limit(EndLimit);
        var isLost = false;
        while (process.Identity.IsRunning && !limit.IsOver)
        {
            if (!isLost && (isLost = IsLost(process))) Signals.Send(process, StopSignal.Quit);
            await Limit.Pause(CancellationToken.None);
        }
        if (isLost) _notes.Add("PostgreSQL was told to end before it replayed its log, and ended only by an immediate shutdown (LostShutdown).");
        if (!process.Identity.IsRunning) return;
        _problems.Add($"{process.Name} did not end within {EndLimit.TotalSeconds:0} s of the signal.");
        Signals.Send(process, StopSignal.Kill);
        while (process.Identity.IsRunning) await Limit.Pause(CancellationToken.None);
    }

    bool IsLost(RunningProcess process) =>
        process.Name == PrivatePostgres.ProcessName && LostShutdown.IsIn(File.ReadLines(stack.LogOf(process.Name)));
}
