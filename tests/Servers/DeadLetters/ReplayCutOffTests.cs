using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.DeadLetters;

/// <summary>A replay whose process is killed when so many bytes, and not one more, have reached the broker.</summary>
public sealed class ReplayCutOffTests
{
    const int Messages = 300;
    const string Dead = "fetch-members_error", Source = "fetch-members";

    // Under way at once in a replay: there twice at worst.
    const int Unconfirmed = 50;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Wherever_a_replay_is_cut_off_each_message_is_still_dead_or_back_in_its_queue(int seed)
    {
        await using var way = new TcpProxy(TestServers.RabbitMq);
        way.Restore();
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("ConnectionStrings__RabbitMq", $"port={way.Port}"));
        await using var queues = await BrokerQueues.Open(stack.Broker.Uri);
        var whole = await WholeReplay(stack, way, queues);

        var messages = Some();
        await queues.Add(Dead, messages);
        var moment = way.StopAfter(new Random(seed).NextInt64(whole / 4, whole * 3 / 4));
        var replay = new Operator(stack).Send(HttpMethod.Post, $"/{Dead}/replay", new { all = true });
        await moment.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        await stack.Api.Kill();
        await Assert.ThrowsAsync<HttpRequestException>(() => replay);
        await way.Cut();

        // What was taken and not acknowledged goes back when the broker notices.
        await Eventually.True(async () => await queues.Count(Source) + await queues.Count(Dead) >= Messages, "every message to be in a queue");
        var (replayed, dead) = (await queues.Drain(Source), await queues.Drain(Dead));
        Assert.NotEmpty(replayed);
        Assert.NotEmpty(dead);
        string[] there = [.. replayed.Concat(dead).Select(message => message.BasicProperties.MessageId!)];
        Assert.Equal(messages.Select(message => message.Id.ToString()).Order(), there.Distinct().Order());
        Assert.InRange(there.Length - Messages, 0, Unconfirmed);
        Assert.Equal(replayed.Count, replayed.DistinctBy(message => message.BasicProperties.MessageId).Count());
    }

    /// <summary>How many bytes a replay of so many messages sends when nothing happens to it.</summary>
    static async Task<long> WholeReplay(RunningStack stack, TcpProxy way, BrokerQueues queues)
    {
        await queues.Add(Dead, Some());
        var before = way.Sent;
        Assert.Equal((Messages, 0), await new Operator(stack).Replay(Dead, new { all = true }));
        Assert.Equal(Messages, (await queues.Drain(Source)).Count);
        return way.Sent - before;
    }

    static DeadMessage[] Some() => [.. Enumerable.Range(0, Messages).Select(_ => new DeadMessage())];
}
