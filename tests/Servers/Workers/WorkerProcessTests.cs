using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Workers;

/// <summary>Real processes, and two Apis that both listen.</summary>
public sealed class WorkerProcessTests
{
    static readonly (string Key, string Value)[] Quick = [("Workers__HeartbeatInterval", "00:00:01"), ("Workers__StaleAfter", "00:00:05")];

    [Fact]
    public async Task The_list_shows_who_works_and_how_much()
    {
        await using var stack = await RunningStack.Start(settings: Quick);
        await stack.Begin("Api").Ready();
        var job = await stack.App().CreateBatchList("biz_workers_3000");
        await job.Becomes("completed");
        IReadOnlyList<JsonNode> workers = [];
        await Eventually.True(async () => (workers = [.. await Workers(stack)]).Count == 2
            && workers.All(worker => Text(worker, "status") == "active" && Number(worker, "processed") >= (Text(worker, "service") == "ingest" ? 30 : 2)),
            "30 pages and their slices to be counted");

        Assert.Equal([("fetcher", "active", 32L), ("ingest", "active", 60L)], workers.Select(worker => (Text(worker, "service"), Text(worker, "status"), Number(worker, "slots"))));
        Assert.All(workers, worker =>
        {
            Assert.Equal((Environment.MachineName, "0.1.0", 0L), (Text(worker, "host"), Text(worker, "version"), Number(worker, "failed")));
            Assert.InRange(Number(worker, "memoryBytes"), 20_000_000, 2_000_000_000);
            Assert.InRange(worker["processorSeconds"]!.GetValue<double>(), 0.1, 600);
            Assert.InRange(worker["processorUse"]!.GetValue<double>(), 0, Environment.ProcessorCount + 1);
            Assert.True(Time(worker, "startedAt") < Time(worker, "lastHeartbeat"));
        });
        await Eventually.True(async () => (await Workers(stack)).All(worker => Number(worker, "inFlight") == 0), "nothing to be in hand any more");
        await Eventually.True(async () => await stack.Database.Scalar<long>("SELECT count(*) FROM batch_processing_workers WHERE status = 'active'") == 2, "both to be active in the table");
    }

    [Theory]
    [InlineData("Fetcher")]
    [InlineData("Ingest")]
    public async Task A_worker_that_is_killed_becomes_stale_and_one_that_ends_says_so(string service)
    {
        await using var stack = await RunningStack.Start(settings: Quick);
        await stack.Begin("Api").Ready();
        var name = service.ToLowerInvariant();
        var first = await Becomes(stack, name, "active");
        await stack.Running(service)[0].Kill();
        await Becomes(stack, name, "stale", first);

        var second = stack.Begin(service);
        await second.Ready();
        var id = await Becomes(stack, name, "active");
        await second.Terminate();
        await second.Exited();
        Assert.Equal(0, second.ExitCode);
        await Becomes(stack, name, "stopped", id);
        // Another sweep leaves it alone, and the other worker is where it was.
        await stack.Database.Execute("UPDATE batch_processing_workers SET last_heartbeat = now() - interval '1 minute' WHERE status = 'stopped'");
        await Becomes(stack, name == "fetcher" ? "ingest" : "fetcher", "active");
        Assert.Equal(["stale", "stopped"], (await Workers(stack)).Where(worker => Text(worker, "service") == name).Select(worker => Text(worker, "status")).Order());
    }

    [Fact]
    public async Task A_worker_that_was_frozen_is_active_again_when_it_goes_on()
    {
        await using var stack = await RunningStack.Start(settings: Quick);
        var id = await Becomes(stack, "fetcher", "active");
        await stack.Running("Fetcher")[0].Freeze();
        await Becomes(stack, "fetcher", "stale", id);
        await stack.Running("Fetcher")[0].Thaw();
        await Becomes(stack, "fetcher", "active", id);
    }

    [Fact]
    public async Task Messages_that_fail_are_counted_as_such()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, [.. Quick, .. RunningStack.Patient]);
        await stack.App().CreateBatchList("biz_failing_100");
        var slice = await stack.Broker.Take("fetch-members");
        slice["message"]!["requestsPerMinute"] = 0; // no pace can be kept at that
        await stack.Broker.Put("fetch-members", slice.ToJsonString());
        await stack.Broker.Put("fetch-members", "no JSON");
        await stack.Begin("Fetcher").Ready();
        await Eventually.True(async () => (await Workers(stack)).Any(worker =>
            (Number(worker, "processed"), Number(worker, "failed"), Number(worker, "inFlight")) == (0, 2, 0)), "both messages to have failed");
    }

    [Fact]
    public async Task Heartbeats_expire_while_no_Api_listens()
    {
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 0, Quick);
        await Becomes(stack, "fetcher", "active");
        await stack.Api.Kill();
        await stack.Broker.Holds("worker-heartbeats", 1);
        await stack.Running("Fetcher")[0].Kill();
        await Eventually.True(async () => await Messages(stack, "worker-heartbeats") == 0, "the heartbeats to expire");
    }

    [Fact]
    public async Task A_heartbeat_that_cannot_be_used_is_dropped_and_the_next_is_heard()
    {
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 0, Quick);
        var id = await Becomes(stack, "fetcher", "active");
        await stack.Broker.Put("worker-heartbeats", "no JSON");
        await stack.Broker.Put("worker-heartbeats", """{"messageType":["urn:message:BatchBus.Contracts:Surprise"],"message":{}}""");
        await stack.Broker.Put("worker-heartbeats", $$$"""
            {"messageType":["urn:message:BatchBus.Contracts:WorkerHeartbeat"],"message":{"workerId":"{{{Guid.NewGuid()}}}","service":"a\u0000b","host":"","version":"",
             "startedAt":"2026-11-25T00:00:00Z","sentAt":"2026-11-25T00:00:00Z","stopping":false,"inFlight":0,"slots":0,"processed":0,"failed":0,"memoryBytes":0,"processorTime":"00:00:00"}}
            """);
        var before = await stack.Database.Scalar<DateTime>("SELECT last_heartbeat FROM batch_processing_workers WHERE id = $1::text::uuid", id);
        await Eventually.True(async () => await Messages(stack, "worker-heartbeats") == 0, "the queue to be empty");
        await Eventually.True(async () => await stack.Database.Scalar<bool>("SELECT last_heartbeat > $2 + interval '2 seconds' FROM batch_processing_workers WHERE id = $1::text::uuid", id, before), "it to be heard again");
        Assert.Equal(1, await stack.Database.Scalar<long>("SELECT count(*) FROM batch_processing_workers"));
        Assert.DoesNotContain(await Names(stack), name => name.StartsWith("worker-heartbeats_", StringComparison.Ordinal));
        Assert.True(await stack.Api.IsReady());
    }

    /// <summary>Waits until a worker has a status.</summary>
    /// <returns>Its id.</returns>
    static async Task<string> Becomes(RunningStack stack, string service, string status, string? id = null)
    {
        string? found = null;
        await Eventually.True(async () => (found = (await Workers(stack)).Where(worker => Text(worker, "service") == service && Text(worker, "status") == status)
            .Select(worker => Text(worker, "id")).FirstOrDefault(candidate => id is null || candidate == id)) is not null, $"a {service} to be {status}");
        return found!;
    }

    static async Task<IReadOnlyList<JsonNode>> Workers(RunningStack stack) => [.. (await stack.AsOperator("/api/workers"))["items"]!.AsArray().Select(worker => worker!)];

    static async Task<IReadOnlyList<string>> Names(RunningStack stack) =>
        [.. JsonNode.Parse(await stack.Broker.Management.GetStringAsync($"api/queues/{stack.Broker.Name}"))!.AsArray().Select(queue => Text(queue!, "name"))];

    static async Task<long?> Messages(RunningStack stack, string queue) =>
        JsonNode.Parse(await stack.Broker.Management.GetStringAsync($"api/queues/{stack.Broker.Name}/{queue}"))!["messages"]?.GetValue<long>();

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();

    static DateTimeOffset Time(JsonNode node, string name) => node[name]!.GetValue<DateTimeOffset>();
}
