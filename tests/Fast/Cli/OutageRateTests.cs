using BatchBus.Cli.Chaos;

namespace BatchBus.Tests.Fast.Cli;

public sealed class OutageRateTests
{
    // Forty pages a second for ten seconds, nothing for a minute, a trickle for two seconds, then forty again.
    static readonly (TimeSpan At, long Pages)[] Seen = [.. Enumerable.Range(0, 400).Select(i => i / 4.0)
        .Where(at => at is <= 10 or >= 70).Select(at => (TimeSpan.FromSeconds(at), (long)(at <= 10 ? 40 * at : at <= 72 ? 400 + 2 * (at - 70) : 404 + 40 * (at - 72))))];

    [Fact]
    public void The_rate_is_back_when_it_holds()
    {
        var rate = OutageRate.Of(Seen, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(70));
        Assert.Equal(40, rate.Before, 0.5);
        Assert.InRange(rate.FullAfter!.Value.TotalSeconds, 1.5, 2);
    }

    [Fact]
    public void A_rate_that_never_comes_back_has_no_time() =>
        Assert.Null(OutageRate.Of([.. Seen.Where(s => s.At < TimeSpan.FromSeconds(72))], TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(70)).FullAfter);
}
