using System.Globalization;
using Spectre.Console;

namespace BatchBus.Cli.Demo;

/// <summary>For a file or a pipe: a line for every twentieth of the members, and one now and then when nothing moves.</summary>
sealed class ProgressLines(IAnsiConsole console) : IProgressDisplay
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    const int Steps = 20;

    public Task While(IReadOnlyList<DemoJob> jobs, Func<Action<IReadOnlyList<DemoJob>>, Task> work)
    {
        var rate = new Rate();
        var (shown, pause) = (0L, new Limit(LongestPause));
        return work(all =>
        {
            var (stored, members) = (all.Sum(j => j.Stored), all.Sum(j => j.Members));
            var membersPerSecond = rate.Of(stored);
            var step = stored * Steps / members;
            if (step == shown && !pause.IsOver) return;
            (shown, pause) = (step, new Limit(LongestPause));
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{stored * 100 / members,3} %  {stored:N0} of {members:N0} members, {membersPerSecond:N0}/s, {Phases.Of(all)}"));
        });
    }
}
