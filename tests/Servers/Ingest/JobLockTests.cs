using BatchBus.Api.Data;
using BatchBus.Api.Jobs;
using BatchBus.Database;
using BatchBus.Ingest;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PageLedger = BatchBus.Api.Jobs.PageLedger;

namespace BatchBus.Tests.Servers.Ingest;

/// <summary>Who waits for whom at a job's row: a report for nobody; an end, a pause or a division for the batches that are being written, and the next ones for it.</summary>
public sealed class JobLockTests : IngestDatabase
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_waits_for_no_batch()
    {
        var job = await SeededJob.Insert(_database);
        await using var batch = await Begun(job);
        await using var saga = Saga();
        await using var transaction = await saga.Database.BeginTransactionAsync(Cancellation);
        await saga.Database.ExecuteSqlAsync($"SET LOCAL lock_timeout = '1s'", Cancellation);
        await saga.Database.ExecuteSqlAsync($"SELECT FROM batch_processing_queue WHERE id = {job.JobId} FOR NO KEY UPDATE", Cancellation);
        Assert.Equal(1, await saga.Database.ExecuteSqlAsync($"UPDATE batch_processing_queue SET pages_ingested = 1 WHERE id = {job.JobId}", Cancellation));
        await transaction.CommitAsync(Cancellation);
    }

    [Fact]
    public async Task An_end_waits_for_the_batch_that_is_written_and_counts_it()
    {
        var job = await SeededJob.Insert(_database);
        var batch = await Begun(job);
        await using var saga = Saga();
        await using var transaction = await saga.Database.BeginTransactionAsync(Cancellation);
        var totals = new PageLedger(saga).Totals(job.JobId, Cancellation);
        await SomebodyWaits(LoginRoles.Api);
        await Run(batch, $"INSERT INTO batch_processing_progress (job_id, pages_ingested, members_fetched, inserted) VALUES ('{job.JobId}', 7, 1, 1); COMMIT");
        Assert.Equal(7, (await totals).Pages);
        await batch.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_that_waits_for_the_end_of_its_job_heeds_it()
    {
        var job = await SeededJob.Insert(_database);
        await using var saga = Saga();
        await using var transaction = await saga.Database.BeginTransactionAsync(Cancellation);
        await new PageLedger(saga).Totals(job.JobId, Cancellation);
        await saga.Database.ExecuteSqlAsync($"UPDATE batch_processing_queue SET status = 'cancelled', completed_at = now() WHERE id = {job.JobId}", Cancellation);
        var storing = _store.Store([Page(job, 1, "m1@x.io")], Cancellation);
        await SomebodyWaits(LoginRoles.Ingest);
        await transaction.CommitAsync(Cancellation);
        await storing;
        Assert.Empty(await _database.Column<int>("SELECT page_number FROM batch_processing_pages"));
        Assert.Empty(await _database.Column<string>("SELECT email FROM audience_members"));
    }

    [Fact]
    public async Task A_batch_that_has_waited_for_another_job_heeds_the_end_of_its_own()
    {
        var jobs = new[] { await SeededJob.Insert(_database), await SeededJob.Insert(_database) }.OrderBy(job => job.JobId).ToArray();
        var (first, ended) = (jobs[0], jobs[1]);
        await using var other = Saga();
        await using var holding = await other.Database.BeginTransactionAsync(Cancellation);
        await new PageLedger(other).Totals(first.JobId, Cancellation);
        var storing = _store.Store([Page(first, 1, "m1@x.io"), Page(ended, 1, "m2@x.io")], Cancellation);
        await SomebodyWaits(LoginRoles.Ingest);

        // A report, and then the end, which begins while another batch is being written: PostgreSQL would let the lock pass by both.
        await _database.Execute("UPDATE batch_processing_queue SET pages_ingested = 1 WHERE id = $1", ended.JobId);
        var batch = await Begun(ended);
        await using var saga = Saga();
        await using var transaction = await saga.Database.BeginTransactionAsync(Cancellation);
        await saga.Database.ExecuteSqlAsync($"SELECT FROM batch_processing_queue WHERE id = {ended.JobId} FOR NO KEY UPDATE", Cancellation);
        await Run(batch, "COMMIT");
        await batch.DisposeAsync();
        await new PageLedger(saga).Totals(ended.JobId, Cancellation);
        await saga.Database.ExecuteSqlAsync($"UPDATE batch_processing_queue SET status = 'cancelled', completed_at = now() WHERE id = {ended.JobId}", Cancellation);
        await transaction.CommitAsync(Cancellation);
        await holding.CommitAsync(Cancellation);
        await storing;
        Assert.Equal([first.JobId], await _database.Column<Guid>("SELECT job_id FROM batch_processing_pages"));
        Assert.Equal(["m1@x.io"], await _database.Column<string>("SELECT email FROM audience_members"));
    }

    [Fact]
    public async Task A_page_that_waits_for_the_division_of_its_window_heeds_it()
    {
        var job = await SeededJob.Insert(_database);
        await using var saga = Saga();
        await using var transaction = await saga.Database.BeginTransactionAsync(Cancellation);
        Assert.False(await new PageLedger(saga).HasBeyond(new JobWindow { JobId = job.JobId, Number = 0, Pages = 2 }, Cancellation));
        await saga.Database.ExecuteSqlAsync($"UPDATE batch_processing_queue SET windows = 2 WHERE id = {job.JobId}", Cancellation);
        var storing = _store.Store([Page(job, 2, "m2@x.io"), Page(job, 3, "m3@x.io")], Cancellation);
        await SomebodyWaits(LoginRoles.Ingest);
        await saga.Database.ExecuteSqlAsync(
            $"INSERT INTO batch_processing_windows (job_id, number, pages, ends_after, is_done) VALUES ({job.JobId}, 0, 2, 2, true)", Cancellation);
        await transaction.CommitAsync(Cancellation);
        await storing;
        Assert.Equal([2], await _database.Column<int>("SELECT page_number FROM batch_processing_pages"));
    }

    /// <summary>A batch that has locked the row of its job, as Ingest does, and goes on to write.</summary>
    async Task<NpgsqlConnection> Begun(SeededJob job)
    {
        var batch = await _source.OpenConnectionAsync(Cancellation);
        await Run(batch, "BEGIN");
        Assert.Contains(job.JobId, await JobLocks.Share(batch, [job.JobId], Cancellation));
        return batch;
    }

    ApiDbContext Saga() => MigratedDatabase.ApiContext(_database);

    Task SomebodyWaits(string role) => Eventually.True(async () => await _database.Scalar<long>(
        $"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = '{role}' AND wait_event_type = 'Lock'") > 0, $"{role} to wait for the job's row");

    static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
