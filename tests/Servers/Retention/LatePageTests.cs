using BatchBus.Tests.Servers.Ingest;

namespace BatchBus.Tests.Servers.Retention;

/// <summary>
/// A page that comes long after its job's end, for example replayed from the dead letters. Without the ledger nobody knows whether it was counted, so it
/// is taken for a doubled one: its members are stored, and only those that are new are counted.
/// </summary>
public sealed class LatePageTests : IngestDatabase
{
    [Fact]
    public async Task A_page_without_its_ledger_is_taken_for_a_doubled_one() => Assert.Equal((1, 3, 3, 0), await StoreLate(deleteLedger: true));

    [Fact]
    public async Task A_late_page_that_the_ledger_does_not_have_is_counted() => Assert.Equal((2, 4, 3, 1), await StoreLate(deleteLedger: false));

    /// <summary>Stores a page with one member who is in and one who is not, after the job has failed with one page of two.</summary>
    /// <returns>The pages and members counted, the inserted and the duplicates.</returns>
    async Task<(int Pages, int Fetched, int Inserted, int Duplicates)> StoreLate(bool deleteLedger)
    {
        var job = await SeededJob.Insert(_database);
        await _store.Store([Page(job, 1, "a@x.io", "b@x.io")], TestContext.Current.CancellationToken);
        await _database.Execute("UPDATE batch_processing_queue SET status = 'failed', completed_at = now(), error_code = 'x', error_message = 'y' WHERE id = $1", job.JobId);
        if (deleteLedger) await _database.Execute("DELETE FROM batch_processing_pages WHERE job_id = $1", job.JobId);

        var progress = Assert.Single(await _store.Store([Page(job, 2, "b@x.io", "c@x.io")], TestContext.Current.CancellationToken));
        Assert.Equal(["a@x.io", "b@x.io", "c@x.io"], await _database.Column<string>("SELECT email FROM audience_members ORDER BY email"));
        return (progress.Pages, (int)progress.Totals.Fetched, (int)progress.Totals.Inserted, (int)progress.Totals.Duplicates);
    }
}
