using System.Text;
using BatchBus.Tests.Servers.Http;
using BatchBus.Tests.Servers.Stack;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Tests.Servers.Events;

public sealed class AllEventsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    readonly TestApp _app = fixture.Stack.App();

    [Fact]
    public async Task The_active_jobs_come_first_then_what_happens_to_any_and_it_goes_on()
    {
        var first = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        var second = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await Ended(_app.User);
        await using var reader = await Open();
        Assert.Equal([first.JobId, second.JobId], [(await reader.Next())!.Job, (await reader.Next())!.Job]);

        var job = await _app.CreateBatchList("biz_all_3000");
        var ofJob = new List<Received> { await reader.Until(e => e.Job == job.Id) };
        while (ofJob[^1].Status != "completed") ofJob.Add(await reader.Until(e => e.Job == job.Id));
        JobEventsTests.NeverBackwards(ofJob);

        using var answer = await _app.Send(new HttpRequestMessage(HttpMethod.Delete, $"/api/audiences/{first.AudienceId}"));
        var deleted = await reader.Next();
        Assert.Equal(("deleted", first.JobId), (deleted!.Type, deleted.Job));
        await _app.Post($"/api/jobs/{second.JobId}/cancel", "");
        Assert.Equal((second.JobId, "cancelled"), (await reader.Next() is { } last ? (last.Job, last.Status) : default));
    }

    [Theory]
    [InlineData("4102444800.5")] // a fraction, as RFC 7519 allows
    [InlineData("4102444800000")] // milliseconds: beyond the end of time
    public async Task A_stream_opens_with_every_expiry_that_a_token_may_have(string expiry)
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        var key = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(RunningStack.JwtSecret)), SecurityAlgorithms.HmacSha256);
        var token = new JsonWebTokenHandler().CreateToken($$"""{"sub":"{{_app.User}}","role":"authenticated","aud":"authenticated","exp":{{expiry}}}""", key);
        await using var reader = await EventReader.Open(fixture.Stack, "/api/events", _app.User, token: token);
        Assert.Equal(job.JobId, (await reader.Next())!.Job);
    }

    [Fact]
    public async Task A_job_that_begins_and_ends_between_two_looks_is_told()
    {
        await using var reader = await Open();
        var own = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        Assert.Equal(own.JobId, (await reader.Next())!.Job);
        var quick = await Ended(_app.User);
        var told = await reader.Next();
        Assert.Equal((quick, "failed"), (told!.Job, told.Status));
    }

    [Fact]
    public async Task A_job_that_had_ended_before_is_told_once_it_is_retried()
    {
        var ended = await Ended(_app.User);
        var own = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await using var reader = await Open();
        Assert.Equal(own.JobId, (await reader.Next())!.Job);
        await fixture.Stack.Database.Execute(
            "UPDATE batch_processing_queue SET status = 'paused', error_code = NULL, error_message = NULL, completed_at = NULL WHERE id = $1", ended);
        Assert.Equal((ended, "paused"), await reader.Next() is { } told ? (told.Job, told.Status) : default);
    }

    [Fact]
    public async Task Who_comes_again_is_told_what_has_ended_meanwhile()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        var active = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        string id;
        await using (var reader = await Open())
        {
            await reader.Next();
            id = (await reader.Next())!.Id!;
        }
        await _app.Post($"/api/jobs/{job.JobId}/cancel", "");
        await Eventually.True(async () => (await TestApp.Json(await _app.Get($"/api/jobs/{job.JobId}")))["status"]!.GetValue<string>() == "cancelled", "the job to end");

        await using var again = await Open(id);
        var events = new[] { (await again.Next())!, (await again.Next())! };
        Assert.Equal([(job.JobId, "cancelled"), (active.JobId, "paused")], events.Select(e => (e.Job, e.Status)));
    }

    [Fact]
    public async Task Nothing_of_another_owner_is_told_and_operations_are_told_everything()
    {
        var (owner, other) = (fixture.Stack.App(), fixture.Stack.App());
        await using var ofOther = await EventReader.Open(fixture.Stack, "/api/events", other.User);
        await using var ofService = await EventReader.Open(fixture.Stack, "/api/events", Guid.Empty, token: TestApp.Token(Guid.NewGuid(), "service_role"));
        var job = await owner.CreateBatchList("biz_foreign_2000");
        await ofService.Until(e => e.Job == job.Id && e.Status == "completed");
        var own = await SeededJob.Insert(fixture.Stack.Database, "paused", other.User);
        Assert.Equal(own.JobId, (await ofOther.Next())!.Job); // the first that it was told, after the foreign job had come and gone
    }

    Task<Guid> Ended(Guid owner) => fixture.Stack.Database.Scalar<Guid>("""
        WITH c AS (INSERT INTO whop_connections (owner_id, company_id, label, api_key_ciphertext, key_fingerprint)
                   VALUES ($1, 'biz_ended_1', 'ended', 'v1.none.none', gen_random_uuid()::text) RETURNING id),
             a AS (INSERT INTO audiences (owner_id, connection_id, name) SELECT $1, id, 'ended' FROM c RETURNING id, connection_id)
        INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id, status, error_code, error_message, completed_at)
        SELECT $1, id, connection_id, 'failed', 'x', 'y', now() FROM a RETURNING id
        """, owner);

    Task<EventReader> Open(string? lastEventId = null) => EventReader.Open(fixture.Stack, "/api/events", _app.User, lastEventId);
}
