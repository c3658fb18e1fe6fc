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
    public void Memory_is_told_of_the_first_and_the_last_tenth_without_the_first_minute()
    {
        var samples = Enumerable.Range(0, 26).Select(step => new MemorySample(TimeSpan.FromSeconds(10 * step),
            new Dictionary<string, MemoryUse> { ["ingest-1"] = new(Mb: step switch { 3 => 900, 6 => 100, 7 => 140, 15 => 500, 24 => 180, 25 => 170, _ => 1 }, OwnMb: step) })).ToList();
        Assert.Equal([new MemoryCourse("ingest-1", FirstMb: 140, LastMb: 180, MostMb: 900, MostOwnMb: 25)], MemoryCourse.Of(samples));
        Assert.Equal([new MemoryCourse("ingest-1", FirstMb: 1, LastMb: 1, MostMb: 900, MostOwnMb: 5)], MemoryCourse.Of(samples[..6])); // all within the first minute
        Assert.Empty(MemoryCourse.Of([]));
    }

    [Fact]
    public void The_memory_that_a_process_has_is_at_most_what_it_has_had()
    {
        var process = ProcessIdentity.Of(Environment.ProcessId)!;
        Assert.InRange(process.Memory()!.Value, 10L << 20, process.PeakMemory()!.Value);
        Assert.InRange(process.OwnMemory()!.Value, 1L << 20, process.Memory()!.Value);
        Assert.Null((process with { StartTicks = 1 }).Memory());
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
