using System.Net;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Http;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Events;

public sealed class JobEventsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    readonly TestApp _app = fixture.Stack.App();

    [Fact]
    public async Task A_job_is_followed_to_its_end_and_never_goes_backwards()
    {
        var job = await _app.CreateBatchList("biz_follow_20000");
        await using var reader = await Open(job.Id);
        var events = await reader.ToEnd();

        Assert.All(events, e => Assert.Equal(("progress", job.Id), (e.Type, e.Job)));
        NeverBackwards(events);
        Assert.InRange(events.Count(e => e.Status == "processing" && e.Pages is > 0 and < 200), 2, 200); // seen on its way
        Assert.Single(events, e => e.Status == "completed");
        Assert.True(JsonNode.DeepEquals(await job.Read(), events[^1].Data), $"{await job.Read()} is not {events[^1].Data}");
    }

    [Fact]
    public async Task Who_comes_again_goes_on_where_it_stood_and_stops_at_the_end()
    {
        var job = await _app.CreateBatchList("biz_again_20000");
        var events = new List<Received>();
        for (var e = default(Received); e is not { Status: "completed" }; events.Add(e))
        {
            await using var reader = await Open(job.Id, events.LastOrDefault()?.Id);
            e = (await reader.Next())!; // the present state, at once
            if (e.Status != "completed" && await reader.Next() is { } second) events.Add(e = second);
        }
        NeverBackwards(events);

        await using var after = await Open(job.Id, events[^1].Id);
        Assert.Equal(HttpStatusCode.NoContent, after.Answer.StatusCode); // which ends a browser's coming again
        await using var anew = await Open(job.Id, "nonsense");
        Assert.Equal("completed", Assert.Single(await anew.ToEnd()).Status);
    }

    [Fact]
    public async Task Every_change_of_a_job_is_told_though_no_page_moves()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await using var reader = await Open(job.JobId);
        Assert.Equal("paused", (await reader.Next())!.Status);
        using var patched = await _app.Send(new HttpRequestMessage(HttpMethod.Patch, $"/api/jobs/{job.JobId}") { Content = new StringContent("""{"priority": "vip"}""", null, "application/json") });
        Assert.Equal("vip", (await reader.Next())!.Data["priority"]!.GetValue<string>());
        await fixture.Stack.Database.Execute("INSERT INTO batch_processing_progress (job_id, pages_ingested, members_fetched, inserted) VALUES ($1, 3, 300, 300)", job.JobId);
        Assert.Equal(3, (await reader.Next())!.Pages);
        await fixture.Stack.Database.Execute("UPDATE batch_processing_progress SET pages_ingested = 4 WHERE job_id = $1", job.JobId);
        Assert.Equal(4, (await reader.Next())!.Pages);
        await _app.Post($"/api/jobs/{job.JobId}/cancel", "");
        Assert.Equal("cancelled", (await reader.Next())!.Status);
        Assert.Null(await reader.Next());
    }

    [Fact]
    public async Task A_deleted_job_ends_its_stream()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await using var reader = await Open(job.JobId);
        await reader.Next();
        using var answer = await _app.Send(new HttpRequestMessage(HttpMethod.Delete, $"/api/audiences/{job.AudienceId}"));
        var last = await reader.Next();
        Assert.Equal(("deleted", job.JobId), (last!.Type, last.Job));
        Assert.Null(await reader.Next());
        await using var again = await Open(job.JobId, last.Id);
        Assert.Equal(HttpStatusCode.NotFound, again.Answer.StatusCode);
    }

    [Fact]
    public async Task Another_user_cannot_follow_it()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await using var reader = await EventReader.Open(fixture.Stack, $"/api/jobs/{job.JobId}/events", Guid.NewGuid());
        Assert.Equal(HttpStatusCode.NotFound, reader.Answer.StatusCode);
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_is_no_longer_let_in()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        // Expired, but within the 30 seconds that clocks may differ.
        var token = TestApp.Token(_app.User, validFor: TimeSpan.FromSeconds(-10));
        await using var reader = await EventReader.Open(fixture.Stack, $"/api/jobs/{job.JobId}/events", _app.User, token: token);
        Assert.NotNull(await reader.Next());
        Assert.Null(await reader.Next());
        await using var again = await EventReader.Open(fixture.Stack, $"/api/jobs/{job.JobId}/events", _app.User, token: token);
        Assert.Equal(HttpStatusCode.Unauthorized, again.Answer.StatusCode);
    }

    internal static void NeverBackwards(IReadOnlyList<Received> events)
    {
        foreach (var (before, after) in events.Zip(events.Skip(1)))
            Assert.True(before.Counters.Zip(after.Counters).All(c => c.First <= c.Second), $"From {before.Data} to {after.Data}");
    }

    Task<EventReader> Open(Guid job, string? lastEventId = null) => EventReader.Open(fixture.Stack, $"/api/jobs/{job}/events", _app.User, lastEventId);
}
