using BatchBus.Api.Jobs;
using BatchBus.Api.Retention;
using BatchBus.Database;
using Npgsql;

namespace BatchBus.Tests.Servers.Retention;

public sealed class RetentionTests : RetentionDatabase
{
    [Theory]
    [InlineData("completed")]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task The_ledger_of_a_job_goes_a_week_after_its_end_and_its_progress_stays(string status)
    {
        var (old, young) = (await Ended(status, days: 7.1), await Ended(status, days: 6.9));
        Assert.Equal([new("batch_processing_pages", 3)], await Sweep());
        Assert.Equal((0, 3), (await Pages(old), await Pages(young)));
        Assert.Equal(3, await _database.Scalar<int>("SELECT pages_ingested FROM batch_processing_progress WHERE job_id = $1", old.JobId));
        Assert.Empty(await Sweep());
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("processing")]
    [InlineData("paused")]
    public async Task Nothing_of_an_active_job_goes_however_old_it_is(string status)
    {
        var job = await Ended(status, days: 400);
        Assert.Empty(await Sweep());
        Assert.Equal(3, await Pages(job));
    }

    [Fact]
    public async Task An_ended_job_goes_after_three_months_and_its_audience_and_members_stay()
    {
        var (old, young) = (await Ended("completed", days: 90.1), await Ended("completed", days: 89.9));
        await _database.Execute("INSERT INTO audience_members (audience_id, email, whop_member_id) VALUES ($1, 'a@example.com', 'mber_1')", old.AudienceId);
        Assert.Contains(new("batch_processing_queue", 1), await Sweep());
        Assert.Equal([young.JobId], await _database.Column<Guid>("SELECT id FROM batch_processing_queue"));
        Assert.Equal([young.JobId], await _database.Column<Guid>("SELECT job_id FROM batch_processing_progress"));
        Assert.Equal(2, await _database.Scalar<long>("SELECT count(*) FROM audiences"));
        Assert.Equal(1, await _database.Scalar<long>("SELECT count(*) FROM audience_members"));
    }

    [Fact]
    public async Task Workers_that_are_gone_and_old_statistics_go()
    {
        foreach (var (status, days) in new[] { ("active", 30), ("stale", 8), ("stopped", 8), ("stale", 6), ("stopped", 6) })
            await _database.Execute("""
                INSERT INTO batch_processing_workers (id, service, host, version, status, started_at, last_heartbeat, slots, in_flight, processed, failed, memory_bytes, processor_time)
                VALUES (gen_random_uuid(), 'fetcher', 'here', '1', $1, now(), now() - $2 * interval '1 day', 1, 0, 0, 0, 0, '0')
                """, status, days);
        await _database.Execute("INSERT INTO batch_processing_stats (date) SELECT (now() AT TIME ZONE 'UTC')::date - days FROM unnest(ARRAY[0, 729, 730, 731, 2000]) AS days");
        Assert.Equal([new("batch_processing_workers", 2), new("batch_processing_stats", 2)], await Sweep());
        Assert.Equal(["active", "stale", "stopped"], await _database.Column<string>("SELECT status FROM batch_processing_workers ORDER BY status"));
        Assert.Equal(730, await _database.Scalar<int>("SELECT max((now() AT TIME ZONE 'UTC')::date - date) FROM batch_processing_stats"));
    }

    [Fact]
    public async Task Zero_keeps_everything_for_ever()
    {
        await Ended("completed", days: 3000);
        await _database.Execute("INSERT INTO batch_processing_stats (date) VALUES ('2001-01-01')");
        Assert.Empty(await Sweep(new RetentionOptions { PageLedger = TimeSpan.Zero, Jobs = TimeSpan.Zero, Workers = TimeSpan.Zero, Stats = TimeSpan.Zero }));
    }

    [Fact]
    public async Task A_job_goes_with_its_ledger_where_ledgers_are_kept_for_ever()
    {
        await Ended("failed", days: 91);
        Assert.Equal([new("batch_processing_pages", 3), new("batch_processing_queue", 1)], await Sweep(new RetentionOptions { PageLedger = TimeSpan.Zero }));
    }

    [Fact]
    public async Task A_hundred_thousand_pages_go_in_small_chunks()
    {
        // One job of 20,000 pages and 800 of 100.
        await Ended("completed", days: 8, pages: 20_000);
        for (var i = 0; i < 8; i++) await Many(jobs: 100, pages: 100);
        var chunks = await Sweep();
        Assert.Equal(100_000, chunks.Sum(chunk => chunk.Rows));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Rows, 1, 1000));
        // Full ones, but for the ends of groups of jobs.
        Assert.InRange(chunks.Count, 100, 120);
        Assert.Equal(0, await _database.Scalar<long>("SELECT count(*) FROM batch_processing_pages"));
        Assert.Equal(801, await _database.Scalar<long>("SELECT count(*) FROM batch_processing_queue"));
    }

    [Fact]
    public async Task Jobs_go_in_small_chunks_too()
    {
        await Many(jobs: 250, pages: 2, days: 100);
        var chunks = await Sweep(new RetentionOptions { ChunkRows = 70 });
        Assert.Equal((500, 250), (Rows(chunks, "batch_processing_pages"), Rows(chunks, "batch_processing_queue")));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Rows, 1, 70));
    }

    [Fact]
    public async Task One_replica_deletes_at_a_time()
    {
        await Ended("completed", days: 8);
        await using (var other = await _source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var take = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", other) { Parameters = { new() { Value = AdvisoryLocks.Retention } } };
            await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.Empty(await Sweep());
        }
        Assert.Single(await Sweep());
    }

    [Fact]
    public async Task A_job_that_somebody_works_with_is_left_for_the_next_time()
    {
        var (busy, free) = (await Ended("failed", days: 9), await Ended("failed", days: 8));
        await using (var other = await _source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var take = new NpgsqlCommand("SELECT 1 FROM batch_processing_queue WHERE id = $1 FOR KEY SHARE", other) { Parameters = { new() { Value = busy.JobId } } };
            await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.Equal([new("batch_processing_pages", 3)], await Sweep());
            Assert.Equal((3, 0), (await Pages(busy), await Pages(free)));
        }
        Assert.Single(await Sweep());
    }

    [Fact]
    public async Task Parked_messages_of_the_outbox_stay()
    {
        await _database.Execute("""
            INSERT INTO outbox (message_id, content_type, message_type, clr_type, body, sent_time, parked_at)
            VALUES (gen_random_uuid(), 'a', 'b', 'c', 'd', now() - interval '9 years', now() - interval '9 years')
            """);
        Assert.Empty(await Sweep());
        Assert.Equal(1, await _database.Scalar<long>("SELECT count(*) FROM outbox"));
    }

    [Fact]
    public async Task From_the_first_chunk_on_the_ledger_is_known_to_be_incomplete()
    {
        var job = await Ended("failed", days: 8, pages: 5);
        Assert.True(await IsWhole(job));
        await using (var sweep = Sweeper(new RetentionOptions { ChunkRows = 2 }).Run(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            Assert.True(await sweep.MoveNextAsync());
            Assert.Equal(3, await Pages(job));
            Assert.False(await IsWhole(job));
        }
        var untouched = await Ended("failed", days: 8, pages: 0);
        Assert.True(await IsWhole(untouched));
    }

    async Task<bool> IsWhole(SeededJob job)
    {
        await using var context = Context();
        return await new PageLedger(context).IsWhole(job.JobId, TestContext.Current.CancellationToken);
    }

    /// <summary>Many completed jobs of one owner.</summary>
    async Task Many(int jobs, int pages, int days = 8)
    {
        var one = await SeededJob.Insert(_database, "paused");
        await _database.Execute("DELETE FROM batch_processing_queue WHERE id = $1", one.JobId);
        await _database.Execute("""
            WITH job AS (
                INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id, status, completed_at)
                SELECT $1, $2, $3, 'completed', now() - ($5 + n / 1000.0) * interval '1 day' FROM generate_series(1, $4) n RETURNING id
            ), progress AS (INSERT INTO batch_processing_progress (job_id, pages_ingested) SELECT id, $6 FROM job)
            INSERT INTO batch_processing_pages (job_id, page_number, members, is_last) SELECT id, n, 100, false FROM job, generate_series(1, $6) n
            """, one.OwnerId, one.AudienceId, one.ConnectionId, jobs, days, pages);
    }
}
