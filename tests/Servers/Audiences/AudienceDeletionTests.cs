using System.Net;
using BatchBus.Tests.Servers.Stack;
using Npgsql;

namespace BatchBus.Tests.Servers.Audiences;

public sealed class AudienceDeletionTests
{
    [Fact]
    public async Task An_audience_goes_at_once_and_its_members_follow()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("Audiences__DeletionStep", "700"));
        var app = stack.App();
        var job = await SeededJob.Insert(stack.Database, "paused", app.User);
        var neighbour = await SeededJob.Insert(stack.Database, "paused", app.User);
        await stack.AddMembers(job.AudienceId, 10_000);
        await stack.AddMembers(neighbour.AudienceId, 100);

        Assert.Equal(HttpStatusCode.NoContent, (await app.Delete($"/api/audiences/{job.AudienceId}")).StatusCode);
        foreach (var path in new[] { $"/api/audiences/{job.AudienceId}", $"/api/audiences/{job.AudienceId}/members", $"/api/audiences/{job.AudienceId}/members.csv", $"/api/jobs/{job.JobId}" })
            Assert.Equal(HttpStatusCode.NotFound, (await app.Get(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Delete($"/api/audiences/{job.AudienceId}")).StatusCode);

        await IsDone(stack);
        Assert.Equal(100, await stack.Database.Scalar<long>("SELECT count(*) FROM audience_members"));
        Assert.Equal(neighbour.AudienceId, await stack.Database.Scalar<Guid>("SELECT id FROM audiences"));
    }

    [Fact]
    public async Task A_deletion_that_a_crash_cut_short_is_finished_after_the_start()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("Audiences__DeletionStep", "100"), ("Audiences__DeletionTick", "00:00:00.100"));
        var app = stack.App();
        var job = await SeededJob.Insert(stack.Database, "paused", app.User);
        await stack.AddMembers(job.AudienceId, 100_000);
        Assert.Equal(HttpStatusCode.NoContent, (await app.Delete($"/api/audiences/{job.AudienceId}")).StatusCode);
        await Eventually.True(async () => await Members(stack) < 100_000, "the deletion to begin");
        await stack.Api.Kill();

        Assert.InRange(await Members(stack), 1, 99_999);
        Assert.Equal(1, await stack.Database.Scalar<long>("SELECT count(*) FROM audience_deletions"));
        await stack.Begin("Api").Ready();
        await IsDone(stack);
        Assert.Equal(0, await Members(stack));
    }

    [Fact]
    public async Task Several_Apis_share_the_work_and_miss_nothing()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("Audiences__DeletionStep", "50"), ("Audiences__DeletionTick", "00:00:00.100"));
        await stack.Begin("Api").Ready();
        var app = stack.App();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SeededJob.Insert(stack.Database, "paused", app.User)));
        foreach (var job in jobs) await stack.AddMembers(job.AudienceId, 5_000);
        await Task.WhenAll(jobs.Select(job => app.Delete($"/api/audiences/{job.AudienceId}")));
        await IsDone(stack);
        Assert.Equal(0, await Members(stack));
    }

    [Fact]
    public async Task What_an_administrator_deletes_with_SQL_is_cleaned_up_just_the_same()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("Audiences__DeletionTick", "00:00:00.100"));
        var job = await SeededJob.Insert(stack.Database, "paused");
        await stack.AddMembers(job.AudienceId, 1_000);
        await stack.Database.Execute("DELETE FROM audiences WHERE id = $1", job.AudienceId);
        await IsDone(stack);
        Assert.Equal(0, await Members(stack));
    }

    [Fact]
    public async Task Nobody_gets_the_members_of_a_deleted_audience_by_taking_its_id()
    {
        await using var database = await MigratedDatabase.Create();
        var job = await SeededJob.Insert(database, "paused");
        await database.Execute("INSERT INTO audience_members (audience_id, email, whop_member_id) VALUES ($1, 'a@x.io', 'mem_1')", job.AudienceId);
        await database.Execute("DELETE FROM audiences WHERE id = $1", job.AudienceId);

        var thief = await SeededJob.Insert(database, "paused");
        var e = await Assert.ThrowsAsync<PostgresException>(() => database.Execute($"""
            SET ROLE authenticated; SET request.jwt.claims = '{"{"}"sub": "{thief.OwnerId}"{"}"}';
            INSERT INTO audiences (id, connection_id, name) VALUES ('{job.AudienceId}', '{thief.ConnectionId}', 'mine now')
            """));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, e.SqlState);
        Assert.Equal(0, await database.Scalar<long>("SELECT count(*) FROM audiences WHERE id = $1", job.AudienceId));
    }

    internal static Task IsDone(RunningStack stack) => Eventually.True(
        async () => await stack.Database.Scalar<long>("SELECT count(*) FROM audience_deletions") == 0, "the members to be deleted");

    static Task<long> Members(RunningStack stack) => stack.Database.Scalar<long>("SELECT count(*) FROM audience_members");
}
