using System.Net;
using System.Net.Http.Json;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Http;

public sealed class JobVerbTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    static readonly string[] States = ["pending", "processing", "paused", "completed", "failed", "cancelled"];

    /// <summary>The table of docs/jobs.md.</summary>
    static readonly Dictionary<string, int[]> Answers = new()
    {
        ["cancel"] = [202, 202, 202, 409, 409, 200],
        ["pause"] = [202, 202, 200, 409, 409, 409],
        ["resume"] = [200, 200, 202, 409, 409, 409],
        ["retry"] = [200, 200, 409, 409, 202, 202],
        ["patch"] = [202, 202, 202, 409, 409, 409],
    };

    readonly TestApp _app = fixture.Stack.App();

    public static TheoryData<string, string, int> Table =>
        [.. Answers.SelectMany(verb => verb.Value.Select((answer, i) => new TheoryDataRow<string, string, int>(verb.Key, States[i], answer)))];

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Each_verb_has_an_answer_in_each_state(string verb, string state, int answer)
    {
        // Its connection is called busy, so that nothing starts it, pending or not; only the state matters here.
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await fixture.Stack.Database.Execute("""
            UPDATE batch_processing_queue SET status = $2, error_code = 'x', error_message = 'y',
                   completed_at = CASE WHEN $2 IN ('completed', 'failed', 'cancelled') THEN now() END,
                   slice_sent_at = now(), connection_busy_until = now() + interval '1 hour' WHERE id = $1
            """, job.JobId, state);
        using var told = await Do(job.JobId, verb);
        var text = await told.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((HttpStatusCode)answer == told.StatusCode, $"{told.StatusCode}: {text}");
        if (answer == 409) Assert.Contains($"The job is {state}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_verb_on_somebody_elses_job_is_not_found()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused");
        foreach (var verb in Answers.Keys) Assert.Equal(HttpStatusCode.NotFound, (await Do(job.JobId, verb)).StatusCode);
    }

    [Fact]
    public async Task A_paused_job_stands_still_and_goes_on_to_the_exact_end()
    {
        var job = await _app.CreateBatchList("biz_pause_60000");
        await job.Stored(pages: 20);
        await Do(job.Id, "pause");
        await job.Becomes("paused");
        await Eventually.True(async () => await fixture.Stack.Database.Scalar<bool>(
            "SELECT slice_sent_at IS NULL AND pages_fetched = (SELECT count(*) FROM batch_processing_pages WHERE job_id = id) FROM batch_processing_queue WHERE id = $1", job.Id),
            "the slice under way to be finished and stored");
        var stood = (await job.Read())["progress"]!["pagesFetched"]!.GetValue<int>();
        Assert.InRange(stood, 20, 599);
        await Do(job.Id, "resume");
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task A_failed_job_is_retried_from_where_it_stood()
    {
        const string company = "biz_retry_4000";
        await fixture.Stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind = "forbidden", companyId = company, fromPage = 11, count = 1 }, TestContext.Current.CancellationToken);
        var job = await _app.CreateBatchList(company);
        await job.Becomes("failed");
        Assert.Equal(HttpStatusCode.Accepted, (await Do(job.Id, "retry")).StatusCode);
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() is not "failed", "the job to start again");
        var done = await job.Becomes("completed");
        await job.IsExact();
        Assert.Equal((2, 40), (done["attempt"]!.GetValue<int>(), done["progress"]!["pagesFetched"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_cancelled_job_is_retried_to_the_exact_end()
    {
        var job = await _app.CreateBatchList("biz_again_60000");
        await job.Stored(pages: 15);
        await Do(job.Id, "cancel");
        await job.Becomes("cancelled");
        await Do(job.Id, "retry");
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() is not "cancelled", "the job to start again");
        await job.Becomes("completed");
        await job.HasExactRows();
    }

    [Fact]
    public async Task A_new_priority_is_kept()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await Do(job.JobId, "patch");
        await Eventually.True(async () => await fixture.Stack.Database.Scalar<string>("SELECT priority FROM batch_processing_queue WHERE id = $1", job.JobId) == "vip",
            "the priority to change");
    }

    Task<HttpResponseMessage> Do(Guid job, string verb) => verb == "patch"
        ? _app.Send(new HttpRequestMessage(HttpMethod.Patch, $"/api/jobs/{job}") { Content = JsonContent.Create(new { priority = "vip" }) })
        : _app.Post($"/api/jobs/{job}/{verb}", "");
}
