using BatchBus.Api.Data;
using BatchBus.Api.Stats;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Tests.Servers.Stats;

public sealed class DailyStatsTests : IAsyncLifetime
{
    static readonly DateOnly Day = new(2026, 11, 20);

    TestDatabase _database = null!;
    ApiDbContext _context = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await MigratedDatabase.Create();
        _context = Context();
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_day_has_the_jobs_that_were_created_and_that_ended_on_it()
    {
        await Job("completed", createdAt: "2026-11-20 10:00", startedAt: "2026-11-20 10:01", endedAt: "2026-11-20 10:03", members: 100);
        await Job("completed", createdAt: "2026-11-20 11:00", startedAt: "2026-11-20 11:03", endedAt: "2026-11-20 11:13", members: 1000);
        await Job("failed", createdAt: "2026-11-19 23:59", startedAt: "2026-11-19 23:59", endedAt: "2026-11-20 00:00", members: 10);
        await Job("cancelled", createdAt: "2026-11-20 09:00", startedAt: null, endedAt: "2026-11-21 00:00", members: 0);
        await Job("processing", createdAt: "2026-11-20 12:00", startedAt: "2026-11-20 12:00", endedAt: null, members: 5000);

        await Recount();

        Assert.Equal("4 created, 2 completed, 1 failed, 0 cancelled; 1110 members: 333 new, 111 twice, 222 invalid, 444 without e-mail; 3330 calls, 1110 refused; "
            + "720 s in all, 576 s for 95 of 100, 600 s at most, 80 s queued", await Row(Day));
        Assert.Equal("0 created, 0 completed, 0 failed, 1 cancelled; 0 members: 0 new, 0 twice, 0 invalid, 0 without e-mail; 0 calls, 0 refused; "
            + "0 s in all, 0 s for 95 of 100, 0 s at most, 0 s queued", await Row(Day.AddDays(1)));
    }

    [Fact]
    public async Task A_job_that_is_retried_counts_where_it_ended_last()
    {
        var job = await Job("failed", createdAt: "2026-11-20 10:00", startedAt: "2026-11-20 10:00", endedAt: "2026-11-20 10:05", members: 10);
        await Recount();
        await _database.Execute("UPDATE batch_processing_queue SET status = 'completed', completed_at = '2026-11-21 08:00Z' WHERE id = $1", job);
        await Recount();
        Assert.StartsWith("1 created, 0 completed, 0 failed, 0 cancelled; 0 members", await Row(Day), StringComparison.Ordinal);
        Assert.StartsWith("0 created, 1 completed, 0 failed, 0 cancelled; 10 members", await Row(Day.AddDays(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_that_is_past_keeps_its_figures_when_its_jobs_are_gone()
    {
        await Job("completed", createdAt: "2026-11-20 10:00", startedAt: "2026-11-20 10:00", endedAt: "2026-11-20 10:05", members: 10);
        await Recount();
        var row = await Row(Day);
        await _database.Execute("DELETE FROM batch_processing_queue");
        await new DailyStats(_context).Recount(Day.AddDays(1), TestContext.Current.CancellationToken);
        Assert.Equal(row, await Row(Day));
    }

    [Fact]
    public async Task Counting_twice_writes_nothing_and_two_replicas_do_not_meet()
    {
        await Job("completed", createdAt: "2026-11-20 10:00", startedAt: "2026-11-20 10:00", endedAt: "2026-11-20 10:05", members: 10);
        Assert.Equal(1, await Recount());
        Assert.Equal(0, await Recount());
        await Job("completed", createdAt: "2026-11-20 11:00", startedAt: "2026-11-20 11:00", endedAt: "2026-11-20 11:05", members: 10);
        var contexts = Enumerable.Range(0, 4).Select(_ => Context()).ToArray();
        var written = await Task.WhenAll(contexts.Select(context => new DailyStats(context).Recount(Day, TestContext.Current.CancellationToken)));
        foreach (var context in contexts) await context.DisposeAsync();
        Assert.Equal(1, written.Sum());
    }

    Task<int> Recount() => new DailyStats(_context).Recount(Day, TestContext.Current.CancellationToken);

    ApiDbContext Context() => MigratedDatabase.ApiContext(_database);

    Task<string> Row(DateOnly day) => _database.Scalar<string>("""
        SELECT format('%s created, %s completed, %s failed, %s cancelled; %s members: %s new, %s twice, %s invalid, %s without e-mail; %s calls, %s refused; '
                      '%s s in all, %s s for 95 of 100, %s s at most, %s s queued',
            jobs_created, jobs_completed, jobs_failed, jobs_cancelled, members_fetched, members_inserted, members_duplicates, members_invalid, members_without_email,
            api_calls, rate_limited, job_seconds, job_seconds_p95, job_seconds_max, queue_wait_seconds)
        FROM batch_processing_stats WHERE date = $1
        """, day);

    /// <summary>
    /// A job with as many members as said, of whom one tenth are duplicates, two are invalid, and four without an address, and with three calls a member, one of
    /// which was refused.
    /// </summary>
    async Task<Guid> Job(string status, string createdAt, string? startedAt, string? endedAt, long members)
    {
        var job = await SeededJob.Insert(_database, "pending");
        await _database.Execute("""
            UPDATE batch_processing_queue SET status = $2, created_at = $3::timestamptz, started_at = $4::timestamptz, completed_at = $5::timestamptz,
                api_calls = 3 * $6, rate_limited = $6, error_code = 'x', error_message = 'x' WHERE id = $1
            """, job.JobId, status, $"{createdAt}Z", Time(startedAt), Time(endedAt), members);
        await _database.Execute("""
            INSERT INTO batch_processing_progress (job_id, pages_ingested, members_fetched, inserted, duplicates, invalid, without_email)
            VALUES ($1, 1, $2, $2 - 7 * ($2 / 10), $2 / 10, 2 * ($2 / 10), 4 * ($2 / 10))
            """, job.JobId, members);
        return job.JobId;
    }

    static object Time(string? time) => time is null ? DBNull.Value : $"{time}Z";
}
