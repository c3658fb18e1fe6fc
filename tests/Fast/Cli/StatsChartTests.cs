using BatchBus.Cli.Client;
using BatchBus.Cli.Commands;

namespace BatchBus.Tests.Fast.Cli;

public sealed class StatsChartTests
{
    [Fact]
    public void The_longest_bar_is_the_best_day_and_a_small_day_is_still_seen()
    {
        var lines = PlainConsole.Lines(StatsCommand.Chart(
        [
            new Day { Date = new DateOnly(2026, 11, 24), MembersFetched = 1 },
            new Day { Date = new DateOnly(2026, 11, 23), MembersFetched = 50_000, JobsCompleted = 3, JobsFailed = 1, SuccessRate = 0.75, JobSecondsP95 = 150 },
            new Day { Date = new DateOnly(2026, 11, 22), MembersFetched = 25_000 },
            new Day { Date = new DateOnly(2026, 11, 21) },
        ]));
        Assert.StartsWith("2026-11-24  ▏ ", lines[1], StringComparison.Ordinal);
        Assert.Contains($"2026-11-23  {new string('█', 30)}  50,000", lines[2], StringComparison.Ordinal);
        Assert.Contains("75.0%", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("2 min", lines[2], StringComparison.Ordinal);
        Assert.StartsWith($"2026-11-22  {new string('█', 15)} ", lines[3], StringComparison.Ordinal);
        Assert.DoesNotContain('█', lines[4]);
    }

    [Fact]
    public void Days_without_members_make_no_bars() =>
        Assert.DoesNotContain(PlainConsole.Lines(StatsCommand.Chart([new Day()])), line => line.Contains('▏', StringComparison.Ordinal));
}
