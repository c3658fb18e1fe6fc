using System.Text.Json.Nodes;
using BatchBus.Secrets;
using BatchBus.Tests.Servers.Connections;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Servers.Pipeline;

public sealed class OrderTests
{
    [Fact]
    public async Task A_vip_job_is_done_while_1000_normal_jobs_wait()
    {
        await using var stack = await RunningStack.Start(settings: [("Whop__RequestsPerMinute", "600"), ("Admission__MaxActiveJobs", "50")]);
        await Queue(stack, jobs: 1000);
        await Eventually.True(async () => await stack.Database.Scalar<long>("SELECT count(*) FROM batch_processing_queue WHERE status = 'processing'") >= 40,
            "the slots to be taken");
        var vip = await stack.App().CreateBatchList("biz_vip_300", "vip");
        await vip.Becomes("completed");
        await vip.IsExact();
        Assert.InRange(await stack.Database.Scalar<long>("SELECT count(*) FROM batch_processing_queue WHERE status = 'pending'"), 800, 999);
    }

    [Fact]
    public async Task Whatever_is_said_about_a_job_has_its_priority_on_the_broker_and_what_users_ask_for_goes_first()
    {
        await using var stack = await RunningStack.Start();
        var app = stack.App();
        var tap = await MessageTap.Open(stack.Broker);
        var low = await app.CreateBatchList("biz_low_300", "low");
        await low.Becomes("completed");
        var vip = await app.CreateBatchList("biz_vip_300", "vip");
        await vip.Becomes("completed");
        var stopped = await app.CreateBatchList("biz_stopped_60000");
        await stopped.Becomes("processing");
        await app.Post($"/api/jobs/{stopped.Id}/cancel", new { });
        await stopped.Becomes("cancelled");
        await app.Post("/api/jobs/bulk", new { action = "retry" });
        await Eventually.True(async () => (await stopped.Read())["status"]!.GetValue<string>() is not "cancelled", "the job to start again");
        await stopped.Becomes("processing");
        await app.Post($"/api/jobs/{stopped.Id}/pause", new { });
        await stopped.Becomes("paused");

        var told = (await tap.Close()).Where(message => message.Contains("publish.", StringComparison.Ordinal)).ToList();
        int[] Priorities(string type, TestJob job) =>
        [
            .. told.Where(message => message.Contains($"BatchBus.Contracts:{type}", StringComparison.Ordinal) && message.Contains(job.Id.ToString(), StringComparison.Ordinal))
                .Select(message => JsonNode.Parse(message.Split('\n')[0])!["properties"]!["headers"]!["properties"]!["priority"]?.GetValue<int>() ?? 0).Distinct(),
        ];
        foreach (var (type, ofLow, ofVip) in ((string, int, int)[])[("StartJob", 1, 7), ("FetchMembers", 1, 7), ("MemberPage", 2, 8), ("PagesIngested", 2, 8), ("MembersFetched", 2, 8)])
        {
            Assert.Equal((type, ofLow), (type, Assert.Single(Priorities(type, low))));
            Assert.Equal((type, ofVip), (type, Assert.Single(Priorities(type, vip))));
        }
        Assert.Equal([9], Priorities("CancelJob", stopped));
        Assert.Equal([5], Priorities("RetryJob", stopped));
        Assert.Equal([9], Priorities("PauseJob", stopped));
    }

    [Fact]
    public async Task Queue_position_and_reason_are_told()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, settings: [("Admission__MaxActiveJobs", "1"), ("Admission__MaxActiveJobsPerOwner", "1")]);
        var app = stack.App();
        var running = await app.CreateBatchList("biz_first_100");
        await running.Becomes("processing");
        var own = await app.CreateBatchList("biz_second_100");
        var others = await stack.App().CreateBatchList("biz_third_100");
        var vip = await stack.App().CreateBatchList("biz_fourth_100", "high");

        Assert.Equal(("owner cap", 3), Place(await own.Read()));
        Assert.Equal(("slot", 2), Place(await others.Read()));
        Assert.Equal(("slot", 1), Place(await vip.Read()));
        Assert.Null((await running.Read())["queuePosition"]);
    }

    static (string, int) Place(JsonNode job) => (job["waitingFor"]!.GetValue<string>(), job["queuePosition"]!.GetValue<int>());

    /// <summary>Puts jobs of as many owners and connections into the queue at once, with SQL.</summary>
    static async Task Queue(RunningStack stack, int jobs)
    {
        var cipher = new ApiKeyCipher(Options.Create(new SecretsOptions { MasterKey = stack.MasterKey }));
        var ids = Enumerable.Range(0, jobs).Select(_ => Guid.NewGuid()).ToArray();
        var companies = Enumerable.Range(0, jobs).Select(i => $"biz_queue{i}_5000").ToArray();
        var keys = ids.Zip(companies, (id, company) => cipher.Encrypt($"sim_{company}", id)).ToArray();
        await stack.Database.Execute("""
            INSERT INTO whop_connections (id, owner_id, company_id, label, api_key_ciphertext, key_fingerprint)
            SELECT id, id, company, company, key, company FROM unnest($1, $2, $3) AS c(id, company, key)
            """, ids, companies, keys);
        await stack.Database.Execute("INSERT INTO audiences (id, owner_id, connection_id, name) SELECT id, id, id, 'queue' FROM unnest($1) AS c(id)", ids);
        await stack.Database.Execute("INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id) SELECT id, id, id FROM unnest($1) AS c(id)", ids);
    }
}
