using BatchBus.Cli;
using BatchBus.Cli.Chaos;
using BatchBus.Tests.Servers.Outages;

namespace BatchBus.Tests.Servers.Chaos;

/// <summary>Two short rounds of <c>./batchbus chaos</c>, on servers of their own.</summary>
[Collection(PrivateServers.Collection)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task Whatever_is_killed_every_audience_ends_up_exact()
    {
        var checkout = Checkout.Find();
        var instance = Instance.At(Path.Combine(checkout.Root, ".batchbus", "chaos-test"));
        var logs = new Troubles(instance);
        var options = new ChaosOptions(Rounds: 2, Seed: 1, Jobs: 5, Members: 3_000, Strikes: 5, Outage: 0);
        using var limit = new CancellationTokenSource(TimeLimit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken);
        var isExact = false;
        try
        {
            Assert.Empty(await new ChaosRun(checkout, instance, options, output.WriteLine).Run(either.Token));
            isExact = true;
        }
        finally
        {
            if (!isExact) logs.Tell(output.WriteLine);
        }
        Assert.False(Directory.Exists(instance.FileNamed("rabbitmq")), "The servers' data is still there.");
    }

    [Fact]
    public void The_same_seed_draws_the_same_round()
    {
        static IReadOnlyList<Strike> Draw(int seed) => StrikePlan.Draw(new Random(seed), 50);
        Assert.Equal(Draw(7), Draw(7));
        Assert.NotEqual(Draw(7), Draw(8));
        foreach (var blow in Enum.GetValues<Blow>()) Assert.Contains(Draw(7), strike => strike.Blow == blow);
    }
}
