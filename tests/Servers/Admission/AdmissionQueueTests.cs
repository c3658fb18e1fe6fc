using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using BatchBus.Api.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Servers.Admission;

public sealed class AdmissionQueueTests : IAsyncLifetime
{
    TestDatabase _database = null!;
    ApiDbContext _context = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await MigratedDatabase.Create();
        _context = MigratedDatabase.ApiContext(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_most_urgent_job_starts_first_and_within_a_level_the_first_that_came()
    {
        var low = await Waiting("low", minutes: 5);
        var second = await Waiting("normal", minutes: 3);
        var first = await Waiting("normal", minutes: 4);
        var vip = await Waiting("vip", minutes: 1);
        Assert.Equal([vip, first, second, low], await Startable());
    }

    [Theory]
    [InlineData("pending", true)]
    [InlineData("processing", true)]
    [InlineData("paused", false)]
    [InlineData("cancelled", false)]
    public async Task There_are_jobs_while_one_waits_or_runs(string status, bool there)
    {
        Assert.False(await new AdmissionQueue(_context, Options.Create(new AdmissionOptions())).HasJobs(TestContext.Current.CancellationToken));
        var job = await SeededJob.Insert(_database, "pending");
        await _database.Execute("UPDATE batch_processing_queue SET status = $2, completed_at = now() WHERE id = $1", job.JobId, status);
        Assert.Equal(there, await new AdmissionQueue(_context, Options.Create(new AdmissionOptions())).HasJobs(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_job_rises_a_level_for_each_wait_so_that_none_starves()
    {
        var old = await Waiting("low", minutes: 31);
        for (var i = 0; i < 20; i++) await Waiting("vip", minutes: 1);
        Assert.Equal(old, (await Startable())[0]);
    }

    [Fact]
    public async Task A_connection_runs_one_job_at_a_time()
    {
        var running = await SeededJob.Insert(_database);
        await Another(running);
        Assert.Empty(await Startable());
    }

    [Fact]
    public async Task Of_a_connections_jobs_only_the_first_is_startable()
    {
        var first = await SeededJob.Insert(_database, "pending");
        await Another(first);
        Assert.Equal([first.JobId], await Startable());
    }

    [Fact]
    public async Task A_proposed_job_holds_its_slot_and_is_not_proposed_twice()
    {
        var first = await Waiting("normal", minutes: 2);
        var second = await Waiting("normal", minutes: 1);
        Assert.Equal([second], await Startable(proposed: [first]));
        Assert.Empty(await Startable(new AdmissionOptions { MaxActiveJobs = 1, MaxActiveJobsPerOwner = 1 }, first));
    }

    [Fact]
    public async Task The_caps_hold()
    {
        for (var i = 0; i < 5; i++) await Waiting("normal", minutes: i);
        Assert.Equal(3, (await Startable(new AdmissionOptions { MaxActiveJobs = 3, MaxActiveJobsPerOwner = 3 })).Count);
        await SeededJob.Insert(_database);
        Assert.Equal(2, (await Startable(new AdmissionOptions { MaxActiveJobs = 3, MaxActiveJobsPerOwner = 3 })).Count);
    }

    [Fact]
    public async Task An_owner_with_many_jobs_does_not_hold_up_another_with_one()
    {
        var many = Guid.NewGuid();
        for (var i = 0; i < 30; i++) await Waiting("normal", minutes: 5, owner: many);
        var single = await Waiting("normal", minutes: 1);
        Assert.Contains(single, (await Startable())[..2]);
        Assert.Equal(3, (await Startable(new AdmissionOptions { MaxActiveJobsPerOwner = 2 })).Count);
    }

    [Theory]
    [InlineData("processing", -1, true)]
    [InlineData("processing", 60, false)]
    [InlineData("processing", null, false)]
    [InlineData("paused", -1, false)]
    public async Task A_running_job_is_woken_when_its_time_has_come(string status, int? resumeInSeconds, bool isWoken)
    {
        var job = await SeededJob.Insert(_database, status);
        if (resumeInSeconds is { } seconds)
            await _database.Execute("UPDATE batch_processing_queue SET resume_at = now() + $2 * interval '1 second' WHERE id = $1", job.JobId, seconds);
        Assert.Equal(isWoken, (await Queue(new AdmissionOptions()).Wakeable(TestContext.Current.CancellationToken)).Contains(job.JobId));
    }

    [Theory]
    [InlineData("paused")]
    [InlineData("cancelled")]
    [InlineData("failed")]
    public async Task A_connection_is_busy_while_the_last_slice_of_a_job_that_left_is_under_way(string status)
    {
        var left = await SeededJob.Insert(_database, status == "paused" ? status : "pending");
        await _database.Execute("""
            UPDATE batch_processing_queue SET status = $2, error_code = 'x', error_message = 'y', completed_at = now(),
                   connection_busy_until = now() + interval '1 minute' WHERE id = $1
            """, left.JobId, status);
        var next = await Another(left);
        Assert.Empty(await Startable());
        Assert.False(await Start(next));
        Assert.Equal("connection busy", (await Queue(new AdmissionOptions()).Places([next], TestContext.Current.CancellationToken))[next].WaitingFor);

        await _database.Execute("UPDATE batch_processing_queue SET connection_busy_until = now() - interval '1 second' WHERE id = $1", left.JobId);
        Assert.Equal([next], await Startable());
        Assert.True(await Start(next));
    }

    [Fact]
    public async Task The_pace_of_a_connection_goes_on_from_job_to_job()
    {
        var first = await SeededJob.Insert(_database, "paused");
        await _database.Execute("UPDATE batch_processing_queue SET next_request_at = '2030-01-01T00:00:00Z' WHERE id = $1", first.JobId);
        await Another(first);
        await SeededJob.Insert(_database);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
            await new StartGate(_context, Options.Create(new AdmissionOptions())).KeyFreeAt(first.ConnectionId, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_place_in_the_queue_and_its_reason_are_those_of_the_order()
    {
        var running = await SeededJob.Insert(_database);
        var busy = await Another(running);
        await _database.Execute("UPDATE batch_processing_queue SET created_at = now() - interval '9 minutes' WHERE id = $1", busy);
        var first = await SeededJob.Insert(_database, "pending");
        await _database.Execute("UPDATE batch_processing_queue SET created_at = now() - interval '8 minutes' WHERE id = $1", first.JobId);
        var second = await Another(first);
        var capped = await Waiting("normal", minutes: 7, owner: running.OwnerId);
        var places = await Queue(new AdmissionOptions { MaxActiveJobsPerOwner = 1 }).Places([busy, first.JobId, second, capped, running.JobId], TestContext.Current.CancellationToken);
        Assert.Equal(4, places.Count);
        Assert.Equal((1, "slot"), (places[first.JobId].Position, places[first.JobId].WaitingFor));
        Assert.Equal((2, "connection busy"), (places[busy].Position, places[busy].WaitingFor));
        Assert.Equal((3, "connection busy"), (places[second].Position, places[second].WaitingFor));
        Assert.Equal((4, "owner cap"), (places[capped].Position, places[capped].WaitingFor));
    }

    [Fact]
    public async Task The_gate_lets_one_job_of_a_connection_start_however_many_try_at_once()
    {
        var first = await SeededJob.Insert(_database, "pending");
        var jobs = new List<Guid> { first.JobId };
        for (var i = 0; i < 7; i++) jobs.Add(await Another(first));
        var started = await Task.WhenAll(jobs.Select(Start));
        Assert.Single(started, hasStarted => hasStarted);
    }

    async Task<bool> Start(Guid id)
    {
        await using var context = MigratedDatabase.ApiContext(_database);
        await using var transaction = await context.Database.BeginTransactionAsync();
        var job = await context.Jobs.SingleAsync(j => j.CorrelationId == id);
        if (!await new StartGate(context, Options.Create(new AdmissionOptions())).HasSlot(job, TestContext.Current.CancellationToken)) return false;
        job.Status = nameof(BatchJobStateMachine.Processing);
        await context.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    }

    AdmissionQueue Queue(AdmissionOptions options) => new(_context, Options.Create(options));

    Task<List<Guid>> Startable(AdmissionOptions? options = null, params Guid[] proposed) =>
        Queue(options ?? new AdmissionOptions()).Startable(proposed, TestContext.Current.CancellationToken);

    Task<List<Guid>> Startable(Guid[] proposed) => Startable(null, proposed);

    async Task<Guid> Waiting(string priority, int minutes, Guid? owner = null)
    {
        var job = await SeededJob.Insert(_database, "pending", owner);
        await _database.Execute("UPDATE batch_processing_queue SET priority = $2, created_at = now() - $3 * interval '1 minute' WHERE id = $1", job.JobId, priority, minutes);
        return job.JobId;
    }

    async Task<Guid> Another(SeededJob job)
    {
        var audience = await _database.Scalar<Guid>(
            "INSERT INTO audiences (owner_id, connection_id, name) VALUES ($1, $2, 'another') RETURNING id", job.OwnerId, job.ConnectionId);
        return await _database.Scalar<Guid>(
            "INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id) VALUES ($1, $2, $3) RETURNING id", job.OwnerId, audience, job.ConnectionId);
    }
}
