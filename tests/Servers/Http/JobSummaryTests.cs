using System.Net;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Http;

/// <summary>What is said or done of many jobs at once is of the caller's own.</summary>
public sealed class JobSummaryTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    static readonly string[] Counts = ["pending", "processing", "paused", "completed", "failed", "cancelled", "failedLastDay"];

    readonly TestApp _app = fixture.Stack.App();

    [Fact]
    public async Task Jobs_are_counted_by_status_each_owners_for_itself()
    {
        await Seed("paused", "paused", "paused", "completed", "failed", "failed", "failed", "cancelled");
        await fixture.Stack.App().CreateBatchList("biz_counted_10");
        await fixture.Stack.Database.Execute("UPDATE batch_processing_queue SET completed_at = now() - interval '2 days' WHERE id = (SELECT id FROM batch_processing_queue WHERE owner_id = $1 AND status = 'failed' LIMIT 1)", _app.User);
        // Its connection is busy, so that admission leaves it alone.
        await fixture.Stack.Database.Execute("""
            UPDATE batch_processing_queue SET status = 'pending', error_code = NULL, error_message = NULL, connection_busy_until = now() + interval '1 hour'
            WHERE id = (SELECT id FROM batch_processing_queue WHERE owner_id = $1 AND status = 'paused' LIMIT 1)
            """, _app.User);
        var summary = await TestApp.Json(await _app.Get("/api/jobs/summary"));
        Assert.Equal([1, 0, 2, 1, 3, 1, 2], Counts.Select(name => summary[name]!.GetValue<long>()));
        Assert.NotNull(summary["oldestPendingAt"]);
    }

    [Fact]
    public async Task Only_jobs_that_match_and_that_the_action_is_for_are_told()
    {
        var jobs = await Seed("paused", "paused", "completed", "failed", "failed");
        var other = await SeededJob.Insert(fixture.Stack.Database, "paused");
        Assert.Equal(0, await Bulk(new { action = "pause", status = "completed" }));
        Assert.Equal(1, await Bulk(new { action = "cancel", connectionId = jobs[0].ConnectionId }));
        await Becomes(jobs[0], "cancelled");
        Assert.Equal("paused", await Status(jobs[1]));
        Assert.Equal(1, await Bulk(new { action = "cancel" }));
        await Becomes(jobs[1], "cancelled");
        Assert.Equal(("completed", "failed", "paused"), (await Status(jobs[2]), await Status(jobs[3]), await Status(other)));
    }

    [Fact]
    public async Task More_than_one_answers_worth_goes_on_where_the_first_ended()
    {
        var seed = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await fixture.Stack.Database.Execute("""
            WITH a AS (INSERT INTO audiences (owner_id, connection_id, name) SELECT $1, $2, 'many' FROM generate_series(1, 700) RETURNING id)
            INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id, status) SELECT $1, id, $2, 'paused' FROM a
            """, _app.User, seed.ConnectionId);
        var first = await TestApp.Json(await _app.Post("/api/jobs/bulk", new { action = "cancel" }));
        Assert.Equal(500, first["accepted"]!.GetValue<int>());
        var second = await TestApp.Json(await _app.Post("/api/jobs/bulk", new { action = "cancel", before = first["next"]!.GetValue<string>() }));
        Assert.Equal((201, null), (second["accepted"]!.GetValue<int>(), (string?)second["next"]));
        await Eventually.True(async () => (await TestApp.Json(await _app.Get("/api/jobs/summary")))["cancelled"]!.GetValue<int>() == 701, "all to be cancelled");
    }

    [Theory]
    [InlineData("""{ }""", "action")]
    [InlineData("""{ "action": "cancel", "status": "gone" }""", "status")]
    [InlineData("""{ "action": "cancel", "before": "yesterday" }""", "before")]
    public async Task What_cannot_be_meant_is_refused_by_field(string body, string field)
    {
        using var answer = await _app.Post("/api/jobs/bulk", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["errors"]![field]);
    }

    [Fact]
    public async Task A_keys_budget_counts_what_was_stored_within_the_minute_and_says_when_Whop_refuses()
    {
        var job = await _app.CreateBatchList("biz_budget_2500");
        await job.Becomes("completed");
        var connection = (await job.Read())["connectionId"]!.GetValue<Guid>();
        await fixture.Stack.Database.Execute("UPDATE batch_processing_pages SET ingested_at = now() - CASE WHEN page_number <= 5 THEN interval '2 minutes' ELSE interval '0' END WHERE job_id = $1", job.Id);
        await fixture.Stack.Database.Execute("UPDATE batch_processing_progress SET updated_at = now() WHERE job_id = $1", job.Id);
        var budget = await Budget();
        Assert.Equal((6000, 20, null), (budget["allowedPerMinute"]!.GetValue<int>(), budget["pagesLastMinute"]!.GetValue<int>(), (string?)budget["freeAt"]));

        await fixture.Stack.Database.Execute("UPDATE batch_processing_queue SET status = 'processing', resume_at = now() + interval '1 hour', error_code = 'whop_rate_limited', error_message = 'x' WHERE id = $1", job.Id);
        Assert.NotNull((await Budget())["freeAt"]);

        async Task<JsonNode> Budget() => await TestApp.Json(await _app.Get($"/api/connections/{connection}/budget"));
    }

    async Task<List<SeededJob>> Seed(params string[] statuses)
    {
        var jobs = new List<SeededJob>();
        foreach (var status in statuses)
        {
            var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
            await fixture.Stack.Database.Execute("""
                UPDATE batch_processing_queue SET status = $2, error_code = 'x', error_message = 'y',
                       completed_at = CASE WHEN $2 IN ('completed', 'failed', 'cancelled') THEN now() END
                WHERE id = $1
                """, job.JobId, status);
            jobs.Add(job);
        }
        return jobs;
    }

    async Task<int> Bulk(object body) => (await TestApp.Json(await _app.Post("/api/jobs/bulk", body)))["accepted"]!.GetValue<int>();

    Task<string> Status(SeededJob job) => fixture.Stack.Database.Scalar<string>("SELECT status FROM batch_processing_queue WHERE id = $1", job.JobId);

    Task Becomes(SeededJob job, string status) => Eventually.True(async () => await Status(job) == status, $"the job to become {status}");
}
