namespace BatchBus.Cli.Processes;

/// <summary>A process that an earlier or this command has started.</summary>
/// <param name="Name">Its name in the instance, e.g. <c>fetcher-1</c>; also that of its log.</param>
/// <param name="Identity">Which process it is.</param>
/// <param name="StopSignal">The signal that asks it to end.</param>
/// <param name="Port">The port on 127.0.0.1 that it serves.</param>
sealed record RunningProcess(string Name, ProcessIdentity Identity, StopSignal StopSignal, int Port);

/// <summary>The content of <c>run.json</c>.</summary>
/// <param name="Folder">The instance's folder. A copy of a checkout must not take the processes of the original for its own.</param>
/// <param name="RequestsPerMinute">The rate limit that the services were started with.</param>
/// <param name="Processes">In the order in which they were started.</param>
sealed record RunState(string Folder, int? RequestsPerMinute, IReadOnlyList<RunningProcess> Processes);

/// <summary>Remembers across commands which processes this instance has started (<c>run.json</c>).</summary>
sealed class RunFile
{
    readonly string _path;
    readonly Lock _oneAtATime = new();
    RunState _state;

    public RunFile(Instance instance)
    {
        _path = instance.FileNamed("run.json");
        var stored = JsonFile.Read<RunState>(_path);
        _state = stored?.Folder == instance.Folder ? stored : new RunState(instance.Folder, null, []);
    }

    /// <summary>Those of the recorded processes that still run.</summary>
    public IReadOnlyList<RunningProcess> Running => [.. _state.Processes.Where(p => p.Identity.IsRunning)];

    /// <summary>All that were started and not stopped by a command; some may have died.</summary>
    public IReadOnlyList<RunningProcess> Recorded => _state.Processes;

    public int? RequestsPerMinute
    {
        get => _state.RequestsPerMinute;
        set => Change(state => state with { RequestsPerMinute = value });
    }

    public RunningProcess? Find(string name) => _state.Processes.FirstOrDefault(p => p.Name == name && p.Identity.IsRunning);

    public void Add(RunningProcess process) =>
        Change(state => state with { Processes = [.. state.Processes.Where(p => p.Name != process.Name), process] });

    public void Remove(string name) => Change(state => state with { Processes = [.. state.Processes.Where(p => p.Name != name)] });

    void Change(Func<RunState, RunState> change)
    {
        lock (_oneAtATime)
        {
            _state = change(_state);
            JsonFile.Write(_path, _state);
        }
    }
}
