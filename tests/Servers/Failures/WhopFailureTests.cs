using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Failures;

/// <summary>A stack with short waits.</summary>
public sealed class ImpatientStack : IAsyncLifetime
{
    public RunningStack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stack = await RunningStack.Start(settings:
    [
        ("Whop__AttemptTimeout", "00:00:04"), ("Whop__QuickRetries", "1"), ("Jobs__FirstBackOff", "00:00:05"), ("Jobs__LongestBackOff", "00:00:05"), ("Fetcher__SliceTime", "00:01:00"),
    ]);

    public ValueTask DisposeAsync() => Stack?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Whop's failures, as docs/failures.md has them.</summary>
public sealed class WhopFailureTests(ImpatientStack fixture) : IClassFixture<ImpatientStack>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    RunningStack Stack => fixture.Stack;

    [Theory]
    [InlineData("unauthorized", "whop_unauthorized", "replace the connection's key")]
    [InlineData("forbidden", "whop_forbidden", "give it the scopes member:basic:read and member:email:read")]
    [InlineData("emails_withdrawn", "whop_emails_withheld", "give the API key the scope member:email:read")]
    [InlineData("not_found", "whop_not_found", "check the connection's company id")]
    [InlineData("unprocessable", "whop_bad_request", "Whop answered 422")]
    [InlineData("bad_request_cursor", "whop_bad_request", "Whop answered 400")]
    [InlineData("html", "whop_bad_response", "is not a page of Whop members")]
    [InlineData("repeated_cursor", "whop_bad_response", "cursor does not advance")]
    public async Task A_final_failure_fails_the_job_at_once_and_a_retry_completes_it(string kind, string code, string says)
    {
        var company = $"biz_final_{kind}_2000";
        var fault = await Set(new { kind, companyId = company, fromPage = 6 });
        var job = await Stack.App().CreateBatchList(company);

        var failed = await job.Becomes("failed");
        Assert.Equal((code, 1), (failed["error"]!["code"]!.GetValue<string>(), failed["retries"]!.GetValue<int>()));
        Assert.Contains(says, failed["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await job.Stored(pages: 5); // those before it are kept

        await Lift(fault);
        await Retry(job);
        Assert.Equal(20, (await job.Becomes("completed"))["progress"]!["pagesFetched"]!.GetValue<int>());
        await job.IsExact();
    }

    [Theory]
    [InlineData("error_500", 2, "whop_unavailable", "Whop answered 500")]
    [InlineData("error_502", 2, "whop_unavailable", "Whop answered 502")]
    [InlineData("error_503", 2, "whop_unavailable", "Whop answered 503")]
    [InlineData("connection_reset", 2, "whop_unavailable", "Whop cannot be reached")]
    [InlineData("slow_drip", 2, "whop_unavailable", "Whop cannot be reached")]
    [InlineData("no_answer", 2, "whop_unavailable", "Whop cannot be reached")]
    [InlineData("truncated_json", 1, "whop_unavailable", "answer broke off")]
    [InlineData("rate_limited", 1, "whop_rate_limited", "requests for this minute are spent")]
    public async Task A_failure_that_passes_holds_the_job_up_and_says_so(string kind, int count, string code, string says)
    {
        var company = $"biz_passing_{kind}_2000";
        await Set(new { kind, companyId = company, fromPage = 6, count, retryAfterSeconds = 4, delaySeconds = 10 });
        var job = await Stack.App().CreateBatchList(company);

        JsonNode waiting = JsonValue.Create(0);
        await Eventually.True(async () => (waiting = await job.Read())["resumeAt"] is not null, "the job to wait");
        Assert.Equal((code, 1), (waiting["error"]!["code"]!.GetValue<string>(), waiting["retries"]!.GetValue<int>()));
        Assert.Contains(says, waiting["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);

        var done = await job.Becomes("completed");
        Assert.Equal((null, 0), (done["error"], done["retries"]!.GetValue<int>()));
        await job.IsExact();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_short_wait_is_sat_out_in_the_slice(bool messageOnly)
    {
        var company = $"biz_short{messageOnly}_2000";
        await Set(new { kind = "rate_limited", companyId = company, fromPage = 6, count = 1, retryAfterSeconds = 1, messageOnly });
        var job = await Stack.App().CreateBatchList(company);
        await job.Becomes("completed");
        await job.IsExact();
        // One slice, refused once.
        Assert.True(await Stack.Database.Scalar<bool>("SELECT slice = 1 AND rate_limited = 1 FROM batch_processing_queue WHERE id = $1", job.Id));
    }

    [Fact]
    public async Task A_job_gives_up_after_its_retries_and_can_be_retried()
    {
        const string company = "biz_giveup_1000";
        var app = Stack.App();
        var connection = await app.Connect(company); // the key is checked before the fault is set
        var fault = await Set(new { kind = "error_500", companyId = company });
        var job = await Begin(app, connection, company, maxRetries: 1);

        var failed = await job.Becomes("failed");
        Assert.Equal(("whop_unavailable", 2), (failed["error"]!["code"]!.GetValue<string>(), failed["retries"]!.GetValue<int>()));

        await Lift(fault);
        await Retry(job);
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_fails_the_job_and_a_new_key_mends_it()
    {
        const string company = "biz_unreadable_1000";
        var app = Stack.App();
        var connection = await app.Connect(company);
        await Stack.Database.Execute("UPDATE whop_connections SET api_key_ciphertext = 'v1.none.none' WHERE id = $1", connection);
        var job = await Begin(app, connection, company, maxRetries: 8);
        var failed = await job.Becomes("failed");
        Assert.Equal("api_key_unreadable", failed["error"]!["code"]!.GetValue<string>());
        Assert.StartsWith("The stored API key cannot be decrypted; replace the connection's key.", failed["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);

        using var replaced = await app.Send(new HttpRequestMessage(HttpMethod.Put, $"/api/connections/{connection}/api-key") { Content = JsonContent.Create(new { apiKey = $"sim_{company}" }) });
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        await Retry(job);
        await job.Becomes("completed");
        await job.IsExact();
    }

    async Task<TestJob> Begin(TestApp app, Guid connection, string company, int maxRetries)
    {
        var audience = await Stack.Database.Scalar<Guid>(
            "INSERT INTO audiences (owner_id, connection_id, name) VALUES ($1, $2, 'failures') RETURNING id", app.User, connection);
        var id = await Stack.Database.Scalar<Guid>(
            "INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id, max_retries) VALUES ($1, $2, $3, $4) RETURNING id", app.User, audience, connection, maxRetries);
        return new TestJob(app, Stack, id, audience, company);
    }

    async Task<int> Set(object fault)
    {
        using var answer = await Stack.Simulator.PostAsJsonAsync("/_sim/faults", fault, Cancellation);
        return (await TestApp.Json(answer))["id"]!.GetValue<int>();
    }

    async Task Lift(int fault) =>
        (await Stack.Simulator.DeleteAsync(new Uri($"/_sim/faults/{fault}", UriKind.Relative), Cancellation)).EnsureSuccessStatusCode();

    async Task Retry(TestJob job)
    {
        using var answer = await Stack.App(job.Owner).Post($"/api/jobs/{job.Id}/retry", "");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() != "failed", "the job to start again");
    }
}
