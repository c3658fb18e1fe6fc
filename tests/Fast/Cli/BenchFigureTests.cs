using System.Diagnostics;
using BatchBus.Cli;
using BatchBus.Cli.Bench;
using BatchBus.Cli.Processes;

namespace BatchBus.Tests.Fast.Cli;

public sealed class BenchFigureTests
{
    [Fact]
    public void A_median_is_the_middle_or_between_the_two_in_the_middle()
    {
        Assert.Equal(new Spread(3, 1, 5), Spread.Of([5, 1, 3]));
        Assert.Equal(new Spread(2.5, 1, 4), Spread.Of([4, 1, 2, 3]));
        Assert.Equal(new Spread(7, 7, 7), Spread.Of([7]));
        Assert.Throws<CliException>(() => Spread.Of([]));
    }

    [Fact]
    public async Task Processor_time_is_counted_with_that_of_children_which_have_ended()
    {
        // The child works and ends; its parent does nothing but wait, so what is counted is the child's.
        var info = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] words = ["-c", "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; echo done; read x"];
        foreach (var word in words) info.ArgumentList.Add(word);
        using var process = Process.Start(info)!;
        RunningProcess[] running = [new("fetcher-1", ProcessIdentity.Of(process.Id)!, StopSignal.Terminate, 0)];
        var before = CpuTime.Of(running);

        Assert.Equal("done", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        var used = CpuTime.Of(running).Since(before);
        Assert.Equal("fetcher", Assert.Single(used).Key);
        Assert.InRange(used["fetcher"], 0.03, 60);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
