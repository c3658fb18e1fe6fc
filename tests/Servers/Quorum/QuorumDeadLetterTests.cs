using BatchBus.Tests.Servers.DeadLetters;
using BatchBus.Tests.Servers.Stack;
using DeadQueues = BatchBus.Tests.Servers.DeadLetters.BrokerQueues;

namespace BatchBus.Tests.Servers.Quorum;

/// <summary>Dead letters in quorum queues are listed, replayed and discarded as in classic ones.</summary>
[Collection(QuorumCluster.Collection)]
public sealed class QuorumDeadLetterTests(QuorumCluster cluster) : IAsyncLifetime
{
    const string Dead = "member-pages_error", Source = "member-pages";

    RunningStack _stack = null!;
    DeadQueues _queues = null!;

    public async ValueTask InitializeAsync()
    {
        _stack = await cluster.Start(ingests: 0);
        // As MassTransit declares them: with the arguments of their source.
        _queues = await DeadQueues.Open(_stack.Broker.Uri, new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = int.MaxValue });
    }

    public async ValueTask DisposeAsync()
    {
        if (_queues is not null) await _queues.DisposeAsync();
        if (_stack is not null) await _stack.DisposeAsync();
    }

    [Fact]
    public async Task They_can_be_looked_at_as_often_as_one_likes_and_keep_their_places()
    {
        DeadMessage[] messages = [.. Enumerable.Range(0, 12).Select(_ => new DeadMessage())];
        await _queues.Add(Dead, messages);
        // More often than RabbitMQ 4 would deliver a message by default.
        for (var look = 0; look < 25; look++)
        {
            // What a look puts back is there again when most nodes have noted it.
            await Eventually.True(async () => await new Operator(_stack).Queue(Dead, limit: 10) is var view
                && (view["count"]!.GetValue<int>(), view["examined"]!.GetValue<int>()) == (12, 10), "all to be there, and ten to be looked at");
        }
        Assert.Equal(Ids(messages), (await _queues.Drain(Dead)).Select(m => m.BasicProperties.MessageId));
    }

    [Fact]
    public async Task Some_are_replayed_some_discarded_and_the_rest_keep_their_places()
    {
        DeadMessage[] messages = [.. Enumerable.Range(0, 12).Select(i => new DeadMessage { Exception = i % 3 == 0 ? DeadMessage.Bug : DeadMessage.Timeout })];
        await _queues.Add(Dead, messages);
        var @operator = new Operator(_stack);
        Assert.Equal((4, 8), await @operator.Replay(Dead, new { exceptionType = DeadMessage.Bug }));
        await Eventually.True(async () => await _queues.Count(Dead) == 8, "the kept ones to be back");
        var discarded = await TestApp.Json(await @operator.Send(HttpMethod.Post, $"/{Dead}/discard", new { messageIds = new[] { messages[1].Id, messages[2].Id } }));
        Assert.Equal((2, 6), (discarded["discarded"]!.GetValue<int>(), discarded["kept"]!.GetValue<int>()));
        Assert.Equal(Ids(messages.Where(m => m.Exception == DeadMessage.Bug)), (await _queues.Drain(Source)).Select(m => m.BasicProperties.MessageId));
        Assert.Equal(Ids(messages[3..].Where(m => m.Exception == DeadMessage.Timeout)), (await _queues.Drain(Dead)).Select(m => m.BasicProperties.MessageId));
    }

    [Fact]
    public async Task A_page_that_died_in_a_quorum_queue_is_stored_when_it_is_replayed()
    {
        _stack.Begin("Ingest");
        // The database refuses one page, with an error that no retry mends.
        await _stack.Database.Execute("ALTER TABLE batch_processing_pages ADD CONSTRAINT refused CHECK (page_number <> 7)");
        var job = await _stack.App().CreateBatchList("biz_quorum_2000");
        await Eventually.True(async () => await _queues.Count(Dead) > 0, "the page to die");
        await _stack.Database.Execute("ALTER TABLE batch_processing_pages DROP CONSTRAINT refused");
        await new Operator(_stack).Replay(Dead, new { all = true });
        await Eventually.True(async () => (await job.Read())["progress"]!["pagesIngested"]!.GetValue<int>() == 20, "all pages to be stored");
        await job.IsExact();
    }

    static IEnumerable<string> Ids(IEnumerable<DeadMessage> messages) => messages.Select(m => m.Id.ToString());
}
