using System.Collections.Concurrent;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using Npgsql;

namespace BatchBus.Cli.Chaos;

/// <summary>Carries out the strikes of a round: hits, waits, and brings back what ended.</summary>
sealed class Striker(PrivateStack stack, Recovery recovery)
{
    readonly Ending _ending = new(stack);
    readonly ConcurrentDictionary<string, bool> _away = new();
    readonly ConcurrentBag<Strike> _done = [];

    /// <summary>The strikes that hit; one whose victim was away is left out.</summary>
    public IReadOnlyCollection<Strike> Done => _done;

    public IReadOnlyCollection<string> Problems => _ending.Problems;

    /// <summary>What is no problem, and worth a line.</summary>
    public IReadOnlyCollection<string> Notes => _ending.Notes;

    /// <summary>Carries out the plan until it is through or the jobs have ended; returns when everything is back.</summary>
    public async Task Run(IReadOnlyList<Strike> plan, CancellationToken jobsEnded, CancellationToken ct)
    {
        var start = new Limit(TimeSpan.Zero);
        var carried = new List<Task>();
        foreach (var strike in plan)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(jobsEnded, ct);
            var wait = strike.At - start.Elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (either.IsCancellationRequested) break;
            carried.Add(Carry(strike, ct));
        }
        await Task.WhenAll(carried);
        ct.ThrowIfCancellationRequested();
    }

    async Task Carry(Strike strike, CancellationToken ct)
    {
        var names = Victims.ProcessesOf(strike.Victim).Where(name => _away.TryAdd(name, true)).ToArray();
        try
        {
            var processes = strike.Victim == Victims.Session ? await ASession(strike, ct) : names.Select(stack.Find).OfType<RunningProcess>().ToArray();
            if (processes.Length == 0) return;
            _done.Add(strike);
            recovery.Struck();
            await Task.WhenAll(processes.Select(process => Hit(process, strike, ct)));
            recovery.Restarted();
        }
        finally
        {
            foreach (var name in names) _away.TryRemove(name, out _);
        }
    }

    async Task Hit(RunningProcess process, Strike strike, CancellationToken ct)
    {
        switch (strike.Blow)
        {
            case Blow.Freeze:
                Signals.Freeze(process);
                await Pause(strike.Pause);
                Signals.Thaw(process);
                return;
            case Blow.Terminate:
                Signals.Send(process, StopSignal.Terminate);
                break;
            case Blow.Kill:
                Signals.Send(process, StopSignal.Kill);
                break;
        }
        // Sessions begin anew by themselves.
        if (strike.Victim == Victims.Session) return;
        // SIGTERM lets PostgreSQL's sessions go on and refuses new ones; after the pause it is told to end them.
        if (process.Name == PrivatePostgres.ProcessName && strike.Blow == Blow.Terminate) await Pause(strike.Pause);
        await _ending.Of(process);
        await Pause(strike.Pause);
        if (!ct.IsCancellationRequested) await stack.Begin(process.Name, ct);
    }

    // Not cut short by an interruption: what was frozen must go on before it can be stopped.
    static Task Pause(TimeSpan length) => Task.Delay(length, TimeProvider.System, CancellationToken.None);

    /// <summary>One session of a service: which of them, the plan's pause decides.</summary>
    async Task<RunningProcess[]> ASession(Strike strike, CancellationToken ct)
    {
        try
        {
            var sessions = await ChaosDatabase.Column<int>(stack.Servers.Postgres,
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename LIKE 'batchbus%' ORDER BY pid", ct);
            if (sessions.Count == 0) return [];
            var pid = sessions[(int)(strike.Pause.Ticks % sessions.Count)];
            return ProcessIdentity.Of(pid) is { } identity ? [new RunningProcess(Victims.Session, identity, StopSignal.Terminate, 0)] : [];
        }
        catch (NpgsqlException)
        {
            return []; // PostgreSQL is away, and its sessions with it
        }
    }
}
