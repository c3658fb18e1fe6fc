using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>Audiences that are brought up to date, with real services.</summary>
public sealed class RefreshTests
{
    [Fact]
    public async Task A_refresh_of_the_new_reads_them_and_nearly_nobody_else()
    {
        await using var stack = await RunningStack.Start();
        const string company = "biz_refreshnew_3000";
        await Move(stack, company, new { joiners = 150, fromPage = 1000 }); // not before the refresh
        var list = await stack.App().CreateBatchList(company);
        var first = (await list.Becomes("completed"))["progress"]!;
        Assert.Equal(2850, Number(first, "membersFetched"));
        // The simulator's members were created long ago; so the job began when the last that it read was created.
        await stack.Database.Execute("""
            UPDATE batch_processing_queue SET started_at = (SELECT max(reached) FROM batch_processing_pages WHERE job_id = id) WHERE id = $1
            """, list.Id);
        await Move(stack, company, new { joiners = 150, fromPage = 1, perRequest = 10_000 });

        var refresh = await Refresh(stack, list, company, "new");
        var progress = (await refresh.Becomes("completed"))["progress"]!;

        Assert.InRange(Number(progress, "membersFetched"), 150, 400); // and the hour before
        Assert.Equal((0, 0), (Number(progress, "changed"), Number(progress, "missing")));
        Assert.InRange(await stack.Database.Scalar<long>("SELECT api_calls FROM batch_processing_queue WHERE id = $1", refresh.Id), 1, 6);
        await list.HasExactRows();
        await stack.SagaAgreesWithProgress();
        var audience = await TestApp.Json(await stack.App(list.Owner).Get($"/api/audiences/{list.AudienceId}"));
        Assert.Equal(await stack.Database.Scalar<long>("SELECT count(*) FROM audience_members WHERE audience_id = $1", list.AudienceId), audience["members"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_refresh_of_all_adds_changes_and_marks_and_survives_a_killed_Ingest()
    {
        await using var stack = await RunningStack.Start(ingests: 0);
        const string company = "biz_refreshall_6000";
        await Move(stack, company, new { joiners = 100, leavers = 300, fromPage = 1000 });
        var ingests = new[] { stack.Begin("Ingest"), stack.Begin("Ingest") };
        var list = await stack.App().CreateBatchList(company);
        await list.Becomes("completed");
        var before = await Members(stack, list, "TRUE");
        var renamed = await stack.Database.Column<string>("""
            UPDATE audience_members SET name = 'an older name' WHERE email IN
                (SELECT email FROM audience_members WHERE audience_id = $1 AND status = 'joined' ORDER BY email LIMIT 500) RETURNING email
            """, list.AudienceId);
        await Move(stack, company, new { joiners = 100, leavers = 300, fromPage = 1, perRequest = 10_000 });
        var (there, gone) = await stack.Expected(company);

        var refresh = await Refresh(stack, list, company, "all");
        await refresh.Stored(pages: 15);
        await ingests[0].Kill();
        var progress = (await refresh.Becomes("completed"))["progress"]!;

        Assert.Equal(there.Order(), (await Members(stack, list, "missing_since IS NULL")).Order());
        Assert.Equal(gone.Order(), (await Members(stack, list, "missing_since IS NOT NULL")).Order());
        Assert.Equal(gone.Count, Number(progress, "missing"));
        Assert.Equal(there.Except(before).Count(), Number(progress, "inserted"));
        Assert.Equal(0, await stack.Database.Scalar<long>("SELECT count(*) FROM audience_members WHERE name = 'an older name' AND missing_since IS NULL"));
        Assert.InRange(Number(progress, "changed"), renamed.Except(gone).Count(), Number(progress, "duplicates"));
        await stack.SagaAgreesWithProgress();

        // Nothing has happened since.
        progress = (await (await Refresh(stack, list, company, "all")).Becomes("completed"))["progress"]!;
        Assert.Equal((0, 0), (Number(progress, "inserted"), Number(progress, "missing")));

        // All come back.
        await Move(stack, company, new { });
        progress = (await (await Refresh(stack, list, company, "all")).Becomes("completed"))["progress"]!;
        Assert.Equal(0, Number(progress, "missing"));
        Assert.Empty(await Members(stack, list, "missing_since IS NOT NULL"));
        await list.HasExactRows();
    }

    [Fact]
    public async Task A_refresh_that_failed_goes_on_where_it_stood_unless_a_later_one_has_come()
    {
        await using var stack = await RunningStack.Start();
        const string company = "biz_refreshretry_3000";
        var list = await stack.App().CreateBatchList(company);
        await list.Becomes("completed");
        await stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind = "unauthorized", companyId = company, fromPage = 18 }, TestContext.Current.CancellationToken);
        var earlier = await Refresh(stack, list, company, "all");
        await earlier.Becomes("failed");
        await stack.Simulator.DeleteAsync(new Uri("/_sim/faults", UriKind.Relative), TestContext.Current.CancellationToken);
        using var answer = await stack.App(list.Owner).Post($"/api/jobs/{earlier.Id}/retry", "");
        await Eventually.True(async () => (await earlier.Read())["status"]!.GetValue<string>() != "failed", "the refresh to start again");
        var progress = (await earlier.Becomes("completed"))["progress"]!;

        Assert.Equal((3000, 0, 0), (Number(progress, "membersFetched"), Number(progress, "inserted"), Number(progress, "missing")));
        Assert.Empty(await Members(stack, list, "missing_since IS NOT NULL"));
        await stack.SagaAgreesWithProgress();

        await stack.Database.Execute("UPDATE batch_processing_queue SET status = 'failed', error_code = 'x', error_message = 'y' WHERE id = $1", earlier.Id);
        await (await Refresh(stack, list, company, "new")).Becomes("completed");
        await Answers(stack.App(list.Owner), $"/api/jobs/{earlier.Id}/retry", "", HttpStatusCode.Conflict, "ask for a new refresh");
    }

    [Fact]
    public async Task A_refresh_that_has_only_to_end_when_it_is_resumed_does_so()
    {
        await using var stack = await RunningStack.Start(ingests: 0);
        const string company = "biz_refreshresume_300";
        var list = await stack.App().CreateBatchList(company);
        var ingest = stack.Begin("Ingest");
        await list.Becomes("completed");
        await ingest.Kill();
        var refresh = await Refresh(stack, list, company, "all");
        await Eventually.True(async () => (await refresh.Read())["progress"]!["pagesFetched"]!.GetValue<int>() == 3, "all to be fetched");
        using var pause = await stack.App(list.Owner).Post($"/api/jobs/{refresh.Id}/pause", "");
        await refresh.Becomes("paused");
        stack.Begin("Ingest");
        await refresh.Stored(pages: 3);
        using var resume = await stack.App(list.Owner).Post($"/api/jobs/{refresh.Id}/resume", "");
        await Eventually.True(async () => (await refresh.Read())["status"]!.GetValue<string>() != "paused", "the refresh to be resumed");
        await refresh.Becomes("completed");
        await list.HasExactRows();
    }

    [Fact]
    public async Task A_refresh_is_refused_by_name_where_there_can_be_none()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var app = stack.App();
        var list = await app.CreateBatchList("biz_refused_10");
        var path = $"/api/audiences/{list.AudienceId}/refresh";
        await Answers(app, path, new { mode = "all" }, HttpStatusCode.Conflict, "Another job of this audience is active");
        await Answers(app, path, new { mode = "some" }, HttpStatusCode.BadRequest, "mode");
        await Answers(app, $"/api/audiences/{Guid.NewGuid()}/refresh", new { mode = "all" }, HttpStatusCode.NotFound, "audience");

        await stack.Database.Execute("UPDATE batch_processing_queue SET status = 'completed', started_at = now(), completed_at = now() WHERE id = $1", list.Id);
        using var without = await app.Post(path, new { });
        var accepted = await TestApp.Json(without);
        Assert.Equal("refresh_new", (await TestApp.Json(await app.Get($"/api/jobs/{accepted["jobId"]}")))["kind"]!.GetValue<string>());

        using var cancel = await app.Post($"/api/jobs/{accepted["jobId"]}/cancel", "");
        await Eventually.True(async () => (await TestApp.Json(await app.Get($"/api/jobs/{accepted["jobId"]}")))["status"]!.GetValue<string>() == "cancelled", "the job to be cancelled");
        var connection = (await list.Read())["connectionId"];
        using var delete = await app.Send(new HttpRequestMessage(HttpMethod.Delete, $"/api/connections/{connection}"));
        await Answers(app, path, new { mode = "all" }, HttpStatusCode.Conflict, "connection was deleted");
    }

    [Fact]
    public async Task The_same_refresh_with_the_same_key_is_done_once()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var app = stack.App();
        var list = await app.CreateBatchList("biz_once_10");
        await stack.Database.Execute("UPDATE batch_processing_queue SET status = 'completed', started_at = now(), completed_at = now() WHERE id = $1", list.Id);

        var first = await TestApp.Json(await Keyed("all"));
        Assert.Equal(first.ToJsonString(), (await TestApp.Json(await Keyed("all"))).ToJsonString()); // though it is active
        Assert.Equal(HttpStatusCode.Conflict, (await Keyed("new")).StatusCode);
        Assert.Equal(2, await stack.Database.Scalar<long>("SELECT count(*) FROM batch_processing_queue WHERE audience_id = $1", list.AudienceId));

        Task<HttpResponseMessage> Keyed(string mode) => app.Send(new HttpRequestMessage(HttpMethod.Post, $"/api/audiences/{list.AudienceId}/refresh")
        {
            Headers = { { "Idempotency-Key", "once" } }, Content = JsonContent.Create(new { mode }),
        });
    }

    [Fact]
    public async Task Where_a_refresh_begins_is_known_after_retention_has_deleted_the_jobs()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var app = stack.App();
        var list = await app.CreateBatchList("biz_since_10");
        await stack.Database.Execute("UPDATE audiences SET earlier_read_at = '2026-01-02T12:00:00Z' WHERE id = $1", list.AudienceId);
        await stack.Database.Execute("UPDATE batch_processing_queue SET status = 'failed', started_at = now(), completed_at = now(), error_code = 'x', error_message = 'y' WHERE id = $1", list.Id);
        await Refresh(stack, list, "biz_since_10", "new");
        Assert.Equal("2026-01-02 11:00:00", await stack.Database.Scalar<string>(
            "SELECT to_char(read_from AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM batch_processing_queue WHERE kind = 'refresh_new'"));
    }

    static async Task<TestJob> Refresh(RunningStack stack, TestJob list, string company, string mode)
    {
        var app = stack.App(list.Owner);
        var accepted = await TestApp.Json(await app.Post($"/api/audiences/{list.AudienceId}/refresh", new { mode }));
        return new TestJob(app, stack, accepted["jobId"]!.GetValue<Guid>(), list.AudienceId, company);
    }

    static async Task Move(RunningStack stack, string company, object movement)
    {
        using var moving = await stack.Simulator.PutAsJsonAsync($"/_sim/companies/{company}/movement", movement, TestContext.Current.CancellationToken);
        moving.EnsureSuccessStatusCode();
    }

    static Task<List<string>> Members(RunningStack stack, TestJob list, string condition) =>
        stack.Database.Column<string>($"SELECT email FROM audience_members WHERE audience_id = $1 AND {condition}", list.AudienceId);

    static async Task Answers(TestApp app, string path, object body, HttpStatusCode status, string text)
    {
        using var answer = await app.Post(path, body);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(text, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();
}
