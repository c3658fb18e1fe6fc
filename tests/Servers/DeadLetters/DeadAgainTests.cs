using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.DeadLetters;

public sealed class DeadAgainTests
{
    const string Dead = "fetch-members_error";

    [Fact]
    public async Task A_replay_of_messages_that_fail_again_at_once_ends_and_all_are_dead_again()
    {
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 0);
        await using var queues = await BrokerQueues.Open(stack.Broker.Uri);
        // No FetchMembers without a company can be read. The urgent ones overtake the rest in the queue of the dead, too.
        DeadMessage[] messages = [.. Enumerable.Range(0, 200).Select(i => new DeadMessage { Priority = (byte)(i < 20 ? 9 : 1) })];
        await queues.Add(Dead, messages);
        var replay = await new Operator(stack).Replay(Dead, new { all = true });
        Assert.Equal((200, 0), replay);

        await Eventually.True(async () => await queues.Count(Dead) == 200, "all messages to be dead again");
        var group = Assert.Single((await new Operator(stack).Queue(Dead))["groups"]!.AsArray())!;
        Assert.NotEqual(DeadMessage.Timeout, group["exceptionType"]!.GetValue<string>());
        Assert.True(group["lastAt"]!.GetValue<DateTimeOffset>() > messages[0].DiedAt, group.ToString());
        var dead = await queues.Drain(Dead);
        Assert.Equal(messages.Select(m => m.Id.ToString()).Order(), dead.Select(m => m.BasicProperties.MessageId!).Order());
        Assert.All(dead, m => Assert.True(m.BasicProperties.Headers!.ContainsKey("BatchBus-Replay")));
    }

    [Fact]
    public async Task A_page_that_died_is_stored_when_it_is_replayed_and_its_job_ends_exact()
    {
        await using var stack = await RunningStack.Start(settings: ("Fetcher__SliceTime", "00:01:00"));
        // The database refuses one page, with an error that no retry mends.
        await stack.Database.Execute("ALTER TABLE batch_processing_pages ADD CONSTRAINT refused CHECK (page_number <> 7)");
        var job = await stack.App().CreateBatchList("biz_replayed_2000");
        await using var queues = await BrokerQueues.Open(stack.Broker.Uri);
        await Eventually.True(async () => await queues.Count("member-pages_error") > 0, "the page to die");

        await stack.Database.Execute("ALTER TABLE batch_processing_pages DROP CONSTRAINT refused");
        await new Operator(stack).Replay("member-pages_error", new { all = true });
        await Eventually.True(async () => (await job.Read())["progress"]!["pagesIngested"]!.GetValue<int>() == 20, "all pages to be stored");
        await job.IsExact();
        Assert.Equal(0, await queues.Count("member-pages_error"));
    }

    [Fact]
    public async Task Without_a_broker_the_answer_says_so()
    {
        await using var toRabbitMq = new TcpProxy(TestServers.RabbitMq);
        toRabbitMq.Restore();
        await using var stack = await RunningStack.Start(0, 0, ("ConnectionStrings__RabbitMq", $"port={toRabbitMq.Port}"));
        await toRabbitMq.Cut();
        using var answer = await new Operator(stack).Send(HttpMethod.Get, "");
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.StartsWith("RabbitMQ cannot be reached", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
