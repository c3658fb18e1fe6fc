using System.Globalization;
using Spectre.Console;

namespace BatchBus.Cli.Demo;

/// <summary>For a terminal: a bar for each job, or one for all when there are many.</summary>
sealed class ProgressBars(IAnsiConsole console) : IProgressDisplay
{
    const int MostBars = 6;

    public Task While(IReadOnlyList<DemoJob> jobs, Func<Action<IReadOnlyList<DemoJob>>, Task> work)
    {
        var rate = new Rate();
        return console.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context =>
            {
                var groups = Groups(jobs)
                    .Select(group => (Jobs: group, Bar: context.AddTask("waiting", maxValue: group.Sum(j => j.Members)))).ToArray();
                return work(all =>
                {
                    var membersPerSecond = rate.Of(all.Sum(j => j.Stored));
                    foreach (var (group, bar) in groups)
                    {
                        bar.Value = group.Sum(j => j.Stored);
                        var ownRate = groups.Length == 1 ? membersPerSecond : group.Sum(j => j.Latest?.Progress.MembersPerSecond ?? 0);
                        bar.Description = Markup.Escape(Text(group, ownRate));
                    }
                });
            });
    }

    static IEnumerable<IReadOnlyList<DemoJob>> Groups(IReadOnlyList<DemoJob> jobs) =>
        jobs.Count > MostBars ? [jobs] : jobs.Select(job => (IReadOnlyList<DemoJob>)[job]);

    static string Text(IReadOnlyList<DemoJob> jobs, double membersPerSecond) => string.Create(CultureInfo.InvariantCulture,
        $"{jobs.Sum(j => j.Stored):N0} of {jobs.Sum(j => j.Members):N0} members, {membersPerSecond:N0}/s, {Phases.Of(jobs)}");
}
