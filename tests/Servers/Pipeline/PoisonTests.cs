using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

public sealed class PoisonTests
{
    [Fact]
    public async Task A_slice_that_cannot_be_processed_goes_to_the_error_queue_and_its_job_says_so()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 1);
        var job = await stack.App().CreateBatchList("biz_poison_1000");
        var slice = await Take(stack, "fetch-members");
        slice["message"]!["requestsPerMinute"] = 0; // no pace can be kept at that
        await Put(stack, "fetch-members", slice);

        await stack.Begin("Fetcher").Ready();
        var failed = await job.Becomes("failed");
        Assert.Equal("slice_failed", failed["error"]!["code"]!.GetValue<string>());
        Assert.Contains("Slice 1, from page 1 on", failed["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(job.Id, (await Take(stack, "fetch-members_error"))["message"]!["jobId"]!.GetValue<Guid>());

        using var answer = await stack.App(job.Owner).Post($"/api/jobs/{job.Id}/retry", "");
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() != "failed", "the job to start again");
        await job.Becomes("completed");
        await job.IsExact();
    }

    /// <summary>Takes a message out of a queue, as soon as there is one.</summary>
    static async Task<JsonNode> Take(RunningStack stack, string queue)
    {
        JsonNode? message = null;
        await Eventually.True(async () =>
        {
            using var answer = await stack.Broker.Management.PostAsJsonAsync($"api/queues/{stack.Broker.Name}/{queue}/get",
                new { count = 1, ackmode = "ack_requeue_false", encoding = "auto" }, TestContext.Current.CancellationToken);
            if (!answer.IsSuccessStatusCode) return false; // the queue is not there yet
            var messages = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray();
            if (messages.Count == 1) message = JsonNode.Parse(messages[0]!["payload"]!.GetValue<string>());
            return message is not null;
        }, $"a message in {queue}");
        return message!;
    }

    static async Task Put(RunningStack stack, string queue, JsonNode message)
    {
        using var answer = await stack.Broker.Management.PostAsJsonAsync($"api/exchanges/{stack.Broker.Name}/amq.default/publish", new
        {
            routing_key = queue, payload = message.ToJsonString(), payload_encoding = "string",
            properties = new { content_type = "application/vnd.masstransit+json", delivery_mode = 2 },
        }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
