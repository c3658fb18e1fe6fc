namespace BatchBus.Cli.Demo;

/// <summary>What the jobs are doing, in a few words.</summary>
static class Phases
{
    public static string Of(IReadOnlyList<DemoJob> jobs) => jobs.Count == 1
        ? jobs[0].Phase
        : string.Join(", ", jobs.GroupBy(j => j.Phase).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"));
}
