using BatchBus.Cli.Bench;

namespace BatchBus.Tests.Fast.Cli;

public sealed class StolenTimeTests
{
    [Fact]
    public void It_is_the_share_of_what_was_asked_for()
    {
        var before = StolenTime.Parse("cpu  1000 10 500 90000 70 3 20 400 0 0");
        Assert.Equal(new StolenTime(1_533, 400), before);
        Assert.Equal(25, StolenTime.Parse("cpu  1100 10 530 99000 99 3 40 450 0 0").PercentSince(before));
        Assert.Equal(0, before.PercentSince(before));
    }
}
