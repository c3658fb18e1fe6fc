using BatchBus.Cli.Processes;

namespace BatchBus.Tests.Fast.Cli;

public sealed class ProcessIdentityTests
{
    [Theory]
    [InlineData("postgres")]
    [InlineData("(sd-pam)")]
    [InlineData("a) Z 1 (b")]
    public void A_process_name_cannot_confuse_the_reading_of_state_and_start_time(string name)
    {
        var stat = Stat(name, 'S', threads: 1);

        var (hasEnded, startTicks) = ProcessIdentity.ParseStat(stat);

        Assert.False(hasEnded);
        Assert.Equal(987654, startTicks);
        Assert.Equal(TimeSpan.FromMilliseconds(110), ProcessIdentity.ParseProcessorTime(stat));
    }

    [Theory]
    [InlineData('R', 20, false)]
    [InlineData('Z', 20, false)] // its first thread has ended; the others still hold its ports
    [InlineData('Z', 1, true)]
    [InlineData('X', 0, true)]
    public void A_process_has_ended_when_its_last_thread_has(char state, int threads, bool hasEnded) =>
        Assert.Equal(hasEnded, ProcessIdentity.ParseStat(Stat("beam.smp", state, threads)).HasEnded);

    static string Stat(string name, char state, int threads) =>
        $"4711 ({name}) {state} 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 {threads} 0 987654 1000 200 18446744073709551615";

    [Fact]
    public void This_process_is_running()
    {
        var identity = ProcessIdentity.Of(Environment.ProcessId);

        Assert.NotNull(identity);
        Assert.True(identity.IsRunning);
        Assert.InRange(identity.ProcessorTime() ?? TimeSpan.Zero, TimeSpan.FromMilliseconds(10), Environment.CpuUsage.TotalTime + TimeSpan.FromMilliseconds(20));
        Assert.InRange(identity.PeakMemory() ?? 0, 1024 * 1024, long.MaxValue);
    }

    [Fact]
    public void A_process_with_the_same_id_but_another_start_is_another_process()
    {
        var identity = ProcessIdentity.Of(Environment.ProcessId)!;

        Assert.False((identity with { StartTicks = identity.StartTicks - 1 }).IsRunning);
        Assert.False((identity with { BootId = "another boot" }).IsRunning);
    }

    [Fact]
    public void An_id_that_nobody_has_is_no_process() => Assert.Null(ProcessIdentity.Of(int.MaxValue));
}
