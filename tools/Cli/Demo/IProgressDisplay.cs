namespace BatchBus.Cli.Demo;

/// <summary>Shows how far the jobs are: as bars in a terminal, as lines in a file.</summary>
interface IProgressDisplay
{
    /// <summary>Runs <paramref name="work"/>, which calls what it is given whenever it knows more.</summary>
    Task While(IReadOnlyList<DemoJob> jobs, Func<Action<IReadOnlyList<DemoJob>>, Task> work);
}
