using System.Net;
using BatchBus.Tests.Servers.Http;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Audiences;

public sealed class AudienceListTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    readonly TestApp _app = fixture.Stack.App();

    [Fact]
    public async Task Audiences_are_listed_newest_first_also_those_of_one_moment()
    {
        var audiences = await Seed(23);
        Assert.Equal(audiences, (await _app.Pages("/api/audiences?limit=5", "before")).Select(a => a.Id()));
        Assert.Equal(audiences, (await _app.Pages("/api/audiences?limit=23", "before")).Select(a => a.Id()));
    }

    [Fact]
    public async Task A_list_goes_on_where_it_was_though_the_last_one_seen_was_deleted()
    {
        var audiences = await Seed(9);
        var page = await TestApp.Json(await _app.Get("/api/audiences?limit=4"));
        Assert.Equal(HttpStatusCode.NoContent, (await _app.Delete($"/api/audiences/{audiences[3]}")).StatusCode);
        var rest = await TestApp.Json(await _app.Get($"/api/audiences?before={page["next"]}"));
        Assert.Equal(audiences[4..], rest["items"]!.AsArray().Select(a => a!.Id()));
        Assert.Null(rest["next"]);
    }

    [Fact]
    public async Task An_audience_tells_its_members_and_its_latest_job()
    {
        var job = await _app.CreateBatchList("biz_told_300");
        await job.Becomes("completed");
        var audience = await TestApp.Json(await _app.Get($"/api/audiences/{job.AudienceId}"));
        Assert.Equal(await fixture.Stack.Database.Scalar<long>("SELECT count(*) FROM audience_members WHERE audience_id = $1", job.AudienceId), audience["members"]!.GetValue<long>());
        Assert.Equal((job.Id, "completed"), (audience["latestJob"]!.Id(), audience["latestJob"]!["status"]!.GetValue<string>()));

        var again = await fixture.Stack.Database.Scalar<Guid>("""
            INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id, status)
            SELECT owner_id, id, connection_id, 'paused' FROM audiences WHERE id = $1 RETURNING id
            """, job.AudienceId);
        var listed = Assert.Single(await _app.Pages("/api/audiences?limit=1", "before"));
        Assert.Equal((again, "paused"), (listed["latestJob"]!.Id(), listed["latestJob"]!["status"]!.GetValue<string>()));
        Assert.Equal(audience["members"]!.GetValue<long>(), listed["members"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_audience_without_a_job_has_none()
    {
        var audience = (await Seed(1))[0];
        var told = await TestApp.Json(await _app.Get($"/api/audiences/{audience}"));
        Assert.Equal((0, null), (told["members"]!.GetValue<long>(), told["latestJob"]));
    }

    [Fact]
    public async Task Another_user_sees_nothing_of_it()
    {
        var audience = (await Seed(1))[0];
        await fixture.Stack.AddMembers(audience, "a@x.io");
        var other = fixture.Stack.App();
        Assert.Empty(await other.Pages("/api/audiences?limit=50", "before"));
        foreach (var path in new[] { "", "/members", "/members?prefix=a", "/members.csv", "/members.csv?raw=true" })
            Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/api/audiences/{audience}{path}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Delete($"/api/audiences/{audience}")).StatusCode);
        Assert.Equal(1, await fixture.Stack.Database.Scalar<long>("SELECT count(*) FROM audience_members WHERE audience_id = $1", audience));
    }

    [Theory]
    [InlineData("/api/audiences?limit=0", "limit")]
    [InlineData("/api/audiences?limit=201", "limit")]
    [InlineData("/api/audiences?before=yesterday", "before")]
    [InlineData("/api/audiences/{0}/members?after=%00", "after")]
    [InlineData("/api/audiences/{0}/members?prefix=a%00", "prefix")]
    [InlineData("/api/audiences/{0}/members?prefix=%EF%BF%BF", "prefix")]
    [InlineData("/api/audiences/{0}/members.csv?raw=perhaps", "raw")]
    public async Task A_wrong_parameter_is_named(string path, string named)
    {
        var audience = (await Seed(1))[0];
        using var answer = await _app.Get(path.Replace("{0}", audience.ToString(), StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(named, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>Audiences of the user, seven of a moment, in the order in which they are to be listed.</summary>
    async Task<List<Guid>> Seed(int count)
    {
        var connection = (await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User)).ConnectionId;
        await fixture.Stack.Database.Execute("DELETE FROM audiences WHERE owner_id = $1", _app.User);
        await fixture.Stack.Database.Execute(
            "INSERT INTO audiences (owner_id, connection_id, name, created_at) SELECT $1, $2, 'a' || i, timestamptz '2026-01-02 03:04:05.123456Z' + i / 7 * interval '1 microsecond' FROM generate_series(1, $3) AS i",
            _app.User, connection, count);
        return await fixture.Stack.Database.Column<Guid>("SELECT id FROM audiences WHERE owner_id = $1 ORDER BY created_at DESC, id DESC", _app.User);
    }
}
