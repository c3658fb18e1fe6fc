using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Tests.Servers.Admission;

/// <summary>
/// Which running jobs are late. Admission's statement proposes them and the watchdog decides by the row that it has locked: if they told different things, a job would be
/// proposed for ever or never.
/// </summary>
public sealed class LateJobsTests : IAsyncLifetime
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

    [Theory]
    [InlineData(-1, null, true)]
    [InlineData(60, null, false)]
    [InlineData(-1, 60, false)]
    [InlineData(null, null, false)] // begun before there was a watchdog, and changed just now
    public async Task A_running_job_that_should_have_moved_is_late(int? stallsInSeconds, int? resumeInSeconds, bool isLate)
    {
        var job = await Running(stallsInSeconds, resumeInSeconds: resumeInSeconds);
        Assert.Equal((isLate, isLate), await IsLate(job));
    }

    [Theory]
    [InlineData(-20, null, false)]
    [InlineData(-40, null, true)]
    [InlineData(-20, -30, true)] // it waits for a Fetcher, not for an Ingest
    public async Task A_job_whose_pages_wait_has_so_much_longer_as_Ingest_is_behind_with_its_level(int stallsInSeconds, int? sliceSentInSeconds, bool isLate)
    {
        var job = await Running(stallsInSeconds, sliceSentInSeconds);
        Assert.Equal((isLate, isLate), await IsLate(job, (JobPriority.Normal, TimeSpan.FromSeconds(30))));
        await _database.Execute("UPDATE batch_processing_queue SET priority = 'high' WHERE id = $1", job);
        Assert.Equal((true, true), await IsLate(job, (JobPriority.Normal, TimeSpan.FromSeconds(30))));
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("paused")]
    [InlineData("failed")]
    public async Task A_job_that_does_not_run_is_not_proposed(string status)
    {
        var job = await Running(stallsInSeconds: -1);
        await _database.Execute("UPDATE batch_processing_queue SET status = $2, error_code = 'x', error_message = 'y', completed_at = now() WHERE id = $1", job, status);
        Assert.DoesNotContain(job, await Proposed(new IngestLag(TimeProvider.System)));
    }

    [Fact]
    public async Task A_job_that_is_being_ended_is_not_proposed_and_one_whose_pages_are_being_stored_is()
    {
        var job = await Running(stallsInSeconds: -1);
        await Holding("FOR KEY SHARE", job, async () => Assert.Contains(job, await Proposed(new IngestLag(TimeProvider.System))));
        await Holding("FOR UPDATE", job, async () => Assert.DoesNotContain(job, await Proposed(new IngestLag(TimeProvider.System))));
    }

    async Task Holding(string clause, Guid job, Func<Task> action)
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand($"SELECT FROM batch_processing_queue WHERE id = $1 {clause}", connection) { Parameters = { new() { Value = job } } };
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await action();
    }

    async Task<Guid> Running(int? stallsInSeconds, int? sliceSentInSeconds = null, int? resumeInSeconds = null)
    {
        var job = await SeededJob.Insert(_database, "processing");
        await _database.Execute("""
            UPDATE batch_processing_queue SET updated_at = now(), stalls_at = now() + $2 * interval '1 second', slice_sent_at = now() + $3 * interval '1 second',
                   resume_at = now() + $4 * interval '1 second' WHERE id = $1
            """, job.JobId, Or(stallsInSeconds), Or(sliceSentInSeconds), Or(resumeInSeconds));
        return job.JobId;

        static object Or(int? seconds) => seconds is { } known ? known : DBNull.Value;
    }

    async Task<(bool Proposed, bool Decided)> IsLate(Guid job, params (JobPriority Level, TimeSpan Waited)[] told)
    {
        var lag = new IngestLag(TimeProvider.System);
        foreach (var (level, waited) in told) lag.Heard(level, waited);
        var watchdog = new JobStalls(new Patience(Options.Create(new AdmissionOptions()), Options.Create(new SliceOptions())), lag, TimeProvider.System);
        var row = await _context.Jobs.AsNoTracking().SingleAsync(j => j.CorrelationId == job, TestContext.Current.CancellationToken);
        return ((await Proposed(lag)).Contains(job), watchdog.IsStalled(row));
    }

    Task<List<Guid>> Proposed(IngestLag lag) =>
        new AdmissionQueue(_context, Options.Create(new AdmissionOptions())).Stalled(lag.OfLevels(), TestContext.Current.CancellationToken);
}
