using BatchBus.Cli.Servers;

namespace BatchBus.Tests.Fast.Cli;

public sealed class LostShutdownTests
{
    const string Start = "LOG:  starting PostgreSQL 15.18", Ready = "LOG:  database system is ready to accept connections";
    const string Crash = "LOG:  all server processes terminated; reinitializing", Replay = "LOG:  redo starts at 0/1501130";
    const string Smart = "LOG:  received smart shutdown request", Fast = "LOG:  received fast shutdown request";

    [Theory]
    [InlineData(true, Start, Ready, Crash, Smart)]
    [InlineData(true, Start, Ready, Crash, Smart, Replay, Fast)]
    [InlineData(true, Start, Ready, Crash, Replay, Ready, Crash, Fast, Replay)]
    [InlineData(false, Start, Ready, Fast)]
    [InlineData(false, Start, Ready, Crash, Replay, Fast)]
    [InlineData(false, Start, Ready, Smart, Crash)]
    [InlineData(false, Start, Replay, Ready, Smart, Fast)]
    [InlineData(false, Start, Ready, Crash, Fast, Start, Replay, Ready, Fast)]
    public void A_shutdown_is_lost_when_it_is_asked_for_between_a_crash_and_the_replay(bool isLost, params string[] log) =>
        Assert.Equal(isLost, LostShutdown.IsIn(log.Select(line => $"2026-11-25 01:36:33.751 UTC [30405] {line}")));
}
