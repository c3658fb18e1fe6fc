using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Quorum;

/// <summary>A queue stays what it was declared as. Whoever changes the setting is told so, and has a way.</summary>
public sealed class QueueTypeTests
{
    static readonly (string, string) Quorum = ("RabbitMq__QueueType", "quorum");

    [Fact]
    public async Task Every_queue_is_a_quorum_queue_that_never_gives_a_message_up()
    {
        await using var stack = await RunningStack.Start(settings: Quorum);
        var queues = await Queues(stack.Broker);
        Assert.Equal(["batch-jobs", "delay.1000", "delay.5000", "fetch-members", "member-pages", "worker-heartbeats"], queues.Select(queue => queue.Name).Order());
        Assert.All(queues, queue => Assert.Equal("quorum", queue.Arguments["x-queue-type"]!.GetValue<string>()));
        foreach (var (name, arguments) in queues)
        {
            if (name.StartsWith("delay.", StringComparison.Ordinal)) Assert.Equal("at-least-once", arguments["x-dead-letter-strategy"]!.GetValue<string>());
            else Assert.True(arguments["x-delivery-limit"]!.GetValue<long>() > 1_000_000, $"{name}: {arguments}");
        }
    }

    [Fact]
    public async Task A_service_that_finds_queues_of_the_other_kind_says_what_to_do()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var settings = Settings(stack, Quorum);
        await using var fetcher = ServiceProcess.Start("Fetcher", settings);
        await fetcher.Says("If you have changed RabbitMq__QueueType, set it back to what it was; otherwise make the queue anew");
        Assert.All(await Queues(stack.Broker), queue => Assert.DoesNotContain("quorum", queue.Arguments.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_running_job_outlives_the_way_from_classic_to_quorum_queues()
    {
        await using var stack = await RunningStack.Start(settings: [("Whop__RequestsPerMinute", "1500"), ("Admission__StallTimeout", "00:00:02")]);
        var job = await stack.App().CreateBatchList("biz_moves_15000");
        await job.Stored(pages: 20);
        // As docs/operations.md tells: Fetchers end, what they have sent is finished, the rest ends, the queues go.
        await End(stack, "Fetcher");
        foreach (var queue in (string[])["member-pages", "batch-jobs", "delay.1000", "delay.5000"]) await IsEmpty(stack.Broker, queue);
        await End(stack, "Ingest");
        await End(stack, "Api");
        foreach (var (name, _) in await Queues(stack.Broker)) (await stack.Broker.Management.DeleteAsync($"api/queues/{stack.Broker.Name}/{name}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        stack.Change(Quorum);
        await Task.WhenAll(((string[])["Api", "Fetcher", "Ingest"]).Select(name => stack.Begin(name).Ready()));
        await job.Becomes("completed");
        await job.IsExact();
        Assert.All(await Queues(stack.Broker), queue => Assert.Equal("quorum", queue.Arguments["x-queue-type"]!.GetValue<string>()));
    }

    static Dictionary<string, string> Settings(RunningStack stack, (string Key, string Value) more) => new()
    {
        ["ConnectionStrings__RabbitMq"] = stack.Broker.Uri.ToString(), ["Secrets__MasterKey"] = stack.MasterKey, [more.Key] = more.Value,
    };

    static async Task End(RunningStack stack, string name)
    {
        foreach (var service in stack.Running(name))
        {
            await service.Terminate();
            await service.Exited();
        }
    }

    static Task IsEmpty(TestVirtualHost broker, string queue) => Eventually.True(async () =>
        JsonNode.Parse(await broker.Management.GetStringAsync($"api/queues/{broker.Name}/{queue}"))!["messages"]?.GetValue<long>() == 0, $"{queue} to be empty");

    static async Task<IReadOnlyList<(string Name, JsonObject Arguments)>> Queues(TestVirtualHost broker) =>
        [.. JsonNode.Parse(await broker.Management.GetStringAsync($"api/queues/{broker.Name}"))!.AsArray()
            .Select(queue => (queue!["name"]!.GetValue<string>(), queue["arguments"]!.AsObject()))];
}
