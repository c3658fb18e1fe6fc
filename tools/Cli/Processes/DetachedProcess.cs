using System.Diagnostics;

namespace BatchBus.Cli.Processes;

/// <summary>Starts and stops processes that outlive this command.</summary>
sealed class DetachedProcess(Instance instance, RunFile runFile)
{
    // Longer than the 30 seconds in which a service may finish the work in hand.
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);
    static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    // Each word replaces itself by the next (setsid, sh, setpriv, the program), so the process id stays the one that we were given.
    // Descriptors above 2 may be those of whoever started us; a server that keeps them open would keep him waiting.
    const string IntoLog = """log=$1; shift; exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec "$@" >>"$log" 2>&1 </dev/null""";

    /// <summary>Starts a process in a session of its own, with its output appended to its log, and remembers it.</summary>
    public RunningProcess Start(ProcessSpec spec)
    {
        if (!File.Exists(spec.Program)) throw new CliException($"{spec.Program} is missing: run ./batchbus, which builds it.");
        Directory.CreateDirectory(instance.Logs);
        LogTail.MarkStart(instance, spec.Name);
        var info = new ProcessStartInfo("setsid") { WorkingDirectory = spec.WorkingDirectory };
        string[] words = ["sh", "-c", IntoLog, "sh", instance.LogOf(spec.Name), .. spec.User?.Prefix ?? [], spec.Program, .. spec.Arguments];
        foreach (var word in words) info.ArgumentList.Add(word);
        foreach (var (name, value) in spec.Environment) info.Environment[name] = value;

        using var process = Process.Start(info)!;
        var identity = ProcessIdentity.Of(process.Id) ?? throw new CliException($"{spec.Name} ended at once.{LogTail.Of(instance, spec.Name)}");
        var running = new RunningProcess(spec.Name, identity, spec.StopSignal, spec.Port);
        runFile.Add(running);
        return running;
    }

    /// <summary>Asks a process to end, waits, ends it by force if it does not listen, and forgets it.</summary>
    public async Task Stop(RunningProcess process)
    {
        Signals.Send(process, process.StopSignal);
        if (!await Ended(process, StopLimit))
        {
            Signals.Send(process, StopSignal.Kill);
            if (!await Ended(process, KillLimit))
                throw new CliException($"{process.Name} (process {process.Identity.Pid}) does not end, not even by force.");
        }
        runFile.Remove(process.Name);
    }

    /// <summary>Never cancelled: whoever interrupts a command wants its processes gone.</summary>
    static async Task<bool> Ended(RunningProcess process, TimeSpan length)
    {
        var limit = new Limit(length);
        while (process.Identity.IsRunning && !limit.IsOver) await Limit.Pause(CancellationToken.None);
        return !process.Identity.IsRunning;
    }
}
