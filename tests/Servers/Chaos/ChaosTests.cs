using BatchBus.Cli.Chaos;

namespace BatchBus.Tests.Servers.Chaos;

/// <summary>What <c>./batchbus chaos</c> draws from its seed.</summary>
public sealed class ChaosTests
{
    [Fact]
    public void The_same_seed_draws_the_same_round()
    {
        static IReadOnlyList<Strike> Draw(int seed) => StrikePlan.Draw(new Random(seed), 50);
        Assert.Equal(Draw(7), Draw(7));
        Assert.NotEqual(Draw(7), Draw(8));
        foreach (var blow in Enum.GetValues<Blow>()) Assert.Contains(Draw(7), strike => strike.Blow == blow);
    }
}
