using System.Net;
using System.Net.Http.Json;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Http;

public sealed class JobTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    readonly TestApp _app = fixture.Stack.App();

    [Fact]
    public async Task A_batch_list_is_accepted_and_says_where_to_look()
    {
        var connection = await _app.Connect("biz_accept_10");
        using var answer = await _app.Post("/api/batch-lists", new { connectionId = connection, name = "My list", priority = "vip" });
        var accepted = await TestApp.Json(answer);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal($"/api/jobs/{accepted["jobId"]}", answer.Headers.Location!.ToString());
        var job = await TestApp.Json(await _app.Get(answer.Headers.Location.ToString()));
        Assert.Equal(("My list", "vip"), (job["name"]!.GetValue<string>(), job["priority"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_is_done_once()
    {
        var connection = await _app.Connect("biz_idempotent_10");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Create(connection, "once", "key-1")));
        var jobs = await Task.WhenAll(answers.Select(TestApp.Json));
        Assert.Single(jobs.Select(job => job["jobId"]!.GetValue<Guid>()).Distinct());
        Assert.Equal(HttpStatusCode.Conflict, (await Create(connection, "another", "key-1")).StatusCode);
        Assert.Equal(1, await fixture.Stack.Database.Scalar<long>("SELECT count(*) FROM audiences WHERE owner_id = $1", _app.User));
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_page_by_page()
    {
        var connection = await _app.Connect("biz_listed_10");
        var created = new List<Guid>();
        for (var i = 0; i < 5; i++) created.Add((await TestApp.Json(await Create(connection, $"list {i}")))["jobId"]!.GetValue<Guid>());

        var listed = new List<Guid>();
        for (var next = ""; next is not null;)
        {
            var page = await TestApp.Json(await _app.Get($"/api/jobs?limit=2{next}"));
            listed.AddRange(page["items"]!.AsArray().Select(job => job!["id"]!.GetValue<Guid>()));
            next = page["next"] is { } before ? $"&before={before}" : null;
        }
        Assert.Equal(Enumerable.Reverse(created), listed);
    }

    [Fact]
    public async Task Another_user_sees_neither_the_job_nor_the_members()
    {
        var job = await _app.CreateBatchList("biz_private_100");
        await job.Becomes("completed");
        var other = fixture.Stack.App();
        Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/api/jobs/{job.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/api/audiences/{job.AudienceId}/members")).StatusCode);
        Assert.Empty((await TestApp.Json(await other.Get("/api/jobs")))["items"]!.AsArray());
    }

    [Fact]
    public async Task Members_are_listed_by_email_page_by_page()
    {
        var job = await _app.CreateBatchList("biz_members_250");
        await job.Becomes("completed");
        var emails = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = await TestApp.Json(await _app.Get($"/api/audiences/{job.AudienceId}/members?limit=100{next}"));
            emails.AddRange(page["items"]!.AsArray().Select(member => member!["email"]!.GetValue<string>()));
            next = page["next"] is { } after ? $"&after={Uri.EscapeDataString(after.GetValue<string>())}" : null;
        }
        Assert.Equal(await fixture.Stack.Database.Column<string>("SELECT email FROM audience_members WHERE audience_id = $1 ORDER BY email", job.AudienceId), emails);
    }

    [Fact]
    public async Task A_job_whose_key_was_revoked_fails_and_says_what_to_do()
    {
        await fixture.Stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind = "unauthorized", companyId = "biz_revoked_3000", fromPage = 8 }, TestContext.Current.CancellationToken);
        var job = await _app.CreateBatchList("biz_revoked_3000");
        var failed = await job.Becomes("failed");
        Assert.Equal("whop_unauthorized", failed["error"]!["code"]!.GetValue<string>());
        Assert.Contains("replace the connection's key", failed["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(7, failed["progress"]!["pagesFetched"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_job_waits_out_a_spent_budget()
    {
        await fixture.Stack.Simulator.PostAsJsonAsync("/_sim/faults",
            new { kind = "rate_limited", companyId = "biz_spent_3000", fromRequest = 10, count = 1, retryAfterSeconds = 4, messageOnly = true }, TestContext.Current.CancellationToken);
        var job = await _app.CreateBatchList("biz_spent_3000");
        await Eventually.True(async () => (await job.Read())["waitingFor"]?.GetValue<string>().StartsWith("rate limit until", StringComparison.Ordinal) == true,
            "the job to wait for its budget");
        await job.Becomes("completed");
        await job.IsExact();
    }

    Task<HttpResponseMessage> Create(Guid connection, string name, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/batch-lists") { Content = JsonContent.Create(new { connectionId = connection, name }) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return _app.Send(request);
    }
}
