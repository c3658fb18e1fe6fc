using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Broker;

/// <summary><c>GET /api/queues</c> on a real broker.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task The_management_API_tells_everything_also_how_long_the_head_of_a_queue_has_waited()
    {
        var start = TimeProvider.System.GetUtcNow().AddSeconds(-1); // AMQP counts in seconds
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 1);
        await stack.App().CreateBatchList("biz_waits_1000");
        JsonNode list = JsonValue.Create(0);
        // RabbitMQ counts each kind of figure at times of its own.
        await Eventually.True(async () =>
        {
            list = await stack.AsOperator("/api/queues");
            var (waiting, pages, saga) = (Queue(list, "fetch-members"), Queue(list, "member-pages"), Queue(list, "batch-jobs"));
            return Text(list, "source") == "management" && Number(waiting, "ready") == 1 && Number(waiting, "total") == 1 && waiting["oldestAt"] is not null
                && Number(pages, "consumers") == 1 && ((string[])["publishRate", "deliverRate", "acknowledgeRate"]).All(rate => saga[rate] is not null);
        }, "the figures to be known", instead: () => $"{list}");

        Assert.Equal("management", list["source"]!.GetValue<string>());
        Assert.Null(list["detail"]);
        var slices = Queue(list, "fetch-members");
        Assert.Equal((1L, 0L, 1L, 0L), (Number(slices, "ready"), Number(slices, "unacknowledged"), Number(slices, "total"), Number(slices, "consumers")));
        Assert.InRange(slices["oldestAt"]!.GetValue<DateTimeOffset>(), start, TimeProvider.System.GetUtcNow());
        Assert.Null(Queue(list, "member-pages")["oldestAt"]);
        Assert.Equal(1, Number(Queue(list, "member-pages"), "consumers"));
        Assert.NotNull(Queue(list, "batch-jobs")["publishRate"]);
        Assert.NotNull(Queue(list, "batch-jobs")["deliverRate"]);
        Assert.Equal(
            [("batch-jobs", "work"), ("fetch-members", "work"), ("member-pages", "work"), ("worker-heartbeats", "work"), ("delay.1000", "delay"), ("delay.5000", "delay")],
            list["items"]!.AsArray().Select(queue => (Text(queue!, "name"), Text(queue!, "kind"))));
    }

    [Fact]
    public async Task A_dead_letter_queue_is_listed_once_something_has_died_and_a_strangers_queue_never()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        await using var queues = await DeadLetters.BrokerQueues.Open(stack.Broker.Uri);
        await queues.Add("member-pages_error", new DeadLetters.DeadMessage(), new DeadLetters.DeadMessage());
        await queues.Add("somebody-elses", new DeadLetters.DeadMessage());
        JsonNode list = JsonValue.Create(0);
        await Eventually.True(async () => Find(list = await stack.AsOperator("/api/queues"), "member-pages_error") is { } dead && dead["total"]?.GetValue<long>() == 2, "the dead to be counted");
        Assert.Equal("error", Text(Queue(list, "member-pages_error"), "kind"));
        Assert.Null(Find(list, "somebody-elses"));
    }

    [Fact]
    public async Task Without_the_management_API_the_broker_says_what_it_knows_and_the_answer_what_is_missing()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 1, ("RabbitMq__ManagementUrl", "http://127.0.0.1:1/"));
        await stack.App().CreateBatchList("biz_unseen_1000");
        JsonNode list = JsonValue.Create(0);
        await Eventually.True(async () => Number(Queue(list = await stack.AsOperator("/api/queues"), "fetch-members"), "ready") == 1, "the slice to be there", instead: () => $"{list}");

        Assert.Equal("broker", Text(list, "source"));
        Assert.Contains("does not answer at http://127.0.0.1:1/", Text(list, "detail"), StringComparison.Ordinal);
        Assert.Contains("RabbitMq__ManagementUrl", Text(list, "detail"), StringComparison.Ordinal);
        Assert.Equal(1, Number(Queue(list, "member-pages"), "consumers"));
        foreach (var unknown in (string[])["unacknowledged", "total", "oldestAt", "publishRate", "deliverRate", "acknowledgeRate"])
            Assert.Null(Queue(list, "fetch-members")[unknown]);
        Assert.Equal(6, list["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_user_without_rights_is_told_which_rights_it_needs()
    {
        var refused = new UriBuilder(TestServers.RabbitMqManagement) { UserName = "watcher", Password = "not a password" }.Uri.ToString();
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("RabbitMq__ManagementUrl", refused));
        var list = await stack.AsOperator("/api/queues");
        Assert.Equal("broker", Text(list, "source"));
        Assert.Contains("refuses the user watcher. Give it the tag monitoring", Text(list, "detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("password@", Text(list, "detail").Replace("user:password@host", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("not a password", list.ToJsonString(), StringComparison.Ordinal);
    }

    static JsonNode? Find(JsonNode list, string name) => list["items"]!.AsArray().SingleOrDefault(queue => Text(queue!, "name") == name);

    static JsonNode Queue(JsonNode list, string name) => Find(list, name) ?? throw new InvalidOperationException($"{name} is not in {list}");

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static long? Number(JsonNode node, string name) => node[name]?.GetValue<long>();
}
