using System.Globalization;
using BatchBus.Cli.Client;
using Spectre.Console;

namespace BatchBus.Cli.Demo;

/// <summary>Says how the demo ended.</summary>
sealed class DemoReport(IAnsiConsole console, ResultCheck check, ServiceWatch watch)
{
    const int MostJobs = 6;

    /// <returns>The exit code.</returns>
    public async Task<int> Show(IReadOnlyList<DemoJob> jobs, DateTimeOffset start, CancellationToken ct)
    {
        var problems = new List<string>();
        foreach (var job in jobs)
            problems.AddRange(job.Latest!.Status == "completed" ? await check.Differences(job, ct) : [Ending(job)]);
        problems.AddRange(watch.Ended.Select(name => $"{name} ended in the middle of the run; its log is {name}.log."));

        if (jobs.Count <= MostJobs) foreach (var job in jobs) console.WriteLine($"{job.CompanyId}: {job.Latest!.Progress.Accounting}");
        else console.WriteLine($"All {jobs.Count} companies: {Total(jobs)}");
        ShowSpeed(jobs, start);
        if (problems.Count == 0)
        {
            console.MarkupLine("[green]Checked: every count is the simulator's, and the stored e-mails are exactly those that it gave out.[/]");
            return 0;
        }
        foreach (var problem in problems) console.MarkupLineInterpolated($"[red]Wrong: {problem}[/]");
        return 1;
    }

    void ShowSpeed(IReadOnlyList<DemoJob> jobs, DateTimeOffset start)
    {
        var end = jobs.Max(job => job.Latest!.CompletedAt) ?? TimeProvider.System.GetUtcNow();
        var seconds = (end - start).TotalSeconds;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{seconds:N1} s from the first request to the last completion, {Total(jobs).Fetched / seconds:N0} members/s; ")
            + $"memory peak: {watch.PeakMemory()}.");
    }

    static string Ending(DemoJob job) =>
        $"{job.CompanyId} is {job.Latest!.Status}{(job.Latest.Error is { } error ? $": {error.Code}: {error.Message}" : "")}";

    static Accounting Total(IReadOnlyList<DemoJob> jobs) => jobs.Select(job => job.Latest!.Progress.Accounting).Aggregate((a, b) => a + b);
}
