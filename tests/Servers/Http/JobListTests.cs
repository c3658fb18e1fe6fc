using System.Net;
using BatchBus.Tests.Servers.Audiences;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Http;

public sealed class JobListTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    readonly TestApp _app = fixture.Stack.App();

    [Fact]
    public async Task Jobs_of_one_moment_are_listed_once_each_also_with_a_filter()
    {
        var jobs = await Seed(20);
        await fixture.Stack.Database.Execute(
            "UPDATE batch_processing_queue SET created_at = timestamptz '2026-01-02 03:04:05.123456Z' + (ascii(right(id::text, 1)) % 2) * interval '1 microsecond', status = CASE WHEN id = ANY ($2) THEN 'cancelled' ELSE 'paused' END, completed_at = now() WHERE owner_id = $1",
            _app.User, jobs.Where((_, i) => i % 3 == 0).Select(job => job.JobId).ToArray());
        foreach (var (query, where) in new[] { ("", "true"), ("&status=cancelled", "status = 'cancelled'"), ("&status=paused", "status = 'paused'"), ("&status=failed", "false") })
        {
            var expected = await fixture.Stack.Database.Column<Guid>($"SELECT id FROM batch_processing_queue WHERE owner_id = $1 AND {where} ORDER BY created_at DESC, id DESC", _app.User);
            foreach (var limit in new[] { 1, 3, 20, 200 })
                Assert.Equal(expected, (await _app.Pages($"/api/jobs?limit={limit}{query}", "before")).Select(job => job.Id()));
        }
    }

    [Fact]
    public async Task Jobs_are_filtered_by_audience_and_connection()
    {
        var jobs = await Seed(3);
        Assert.Equal(jobs[1].JobId, Assert.Single(await _app.Pages($"/api/jobs?audienceId={jobs[1].AudienceId}", "before")).Id());
        Assert.Equal(jobs[2].JobId, Assert.Single(await _app.Pages($"/api/jobs?connectionId={jobs[2].ConnectionId}&status=paused", "before")).Id());
        Assert.Empty(await _app.Pages($"/api/jobs?audienceId={jobs[1].AudienceId}&connectionId={jobs[2].ConnectionId}", "before"));
        Assert.Empty(await fixture.Stack.App().Pages($"/api/jobs?audienceId={jobs[1].AudienceId}", "before"));
    }

    [Fact]
    public async Task A_list_goes_on_where_it_was_though_the_last_one_seen_was_deleted()
    {
        await Seed(6);
        var page = await TestApp.Json(await _app.Get("/api/jobs?limit=3"));
        using var answer = await _app.Delete($"/api/audiences/{page["items"]![2]!["audienceId"]}");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var rest = await TestApp.Json(await _app.Get($"/api/jobs?before={page["next"]}"));
        Assert.Equal(3, rest["items"]!.AsArray().Count);
    }

    async Task<List<SeededJob>> Seed(int count)
    {
        var jobs = new List<SeededJob>();
        for (var i = 0; i < count; i++) jobs.Add(await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User));
        return jobs;
    }
}
