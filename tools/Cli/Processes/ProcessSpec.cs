namespace BatchBus.Cli.Processes;

/// <summary>What to start in the background.</summary>
/// <param name="Name">Its name in the instance.</param>
/// <param name="Program">The program's path.</param>
/// <param name="Port">The port on 127.0.0.1 that it will serve.</param>
sealed record ProcessSpec(string Name, string Program, int Port)
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What differs from this command's environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public required string WorkingDirectory { get; init; }

    public StopSignal StopSignal { get; init; } = StopSignal.Terminate;

    /// <summary>Another user to run as; null for the same.</summary>
    public OsUser? User { get; init; }
}
