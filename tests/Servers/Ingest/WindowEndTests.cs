using BatchBus.Contracts;

namespace BatchBus.Tests.Servers.Ingest;

/// <summary>What is left of a window after it was divided belongs to others.</summary>
public sealed class WindowEndTests : IngestDatabase
{
    [Fact]
    public async Task A_page_beyond_the_end_of_its_window_is_dropped_with_its_members()
    {
        var job = await SeededJob.Insert(_database);
        await _database.Execute("UPDATE batch_processing_queue SET windows = 3 WHERE id = $1", job.JobId);
        await _database.Execute("INSERT INTO batch_processing_windows (job_id, number, pages, ends_after, is_done) VALUES ($1, 0, 2, 2, true), ($1, 1, 0, NULL, false), ($1, 2, 1, 1, true)", job.JobId);
        var pages = new[] { 1, 2, 3, 999_999, 1_000_001, 1_000_900, 2_000_001, 2_000_002 };
        await _store.Store([.. pages.Select(number => Page(job, number))], TestContext.Current.CancellationToken);
        int[] kept = [1, 2, 1_000_001, 1_000_900, 2_000_001];
        Assert.Equal(kept, await _database.Column<int>("SELECT page_number FROM batch_processing_pages ORDER BY page_number"));
        Assert.Equal(kept.Select(number => $"m{number}@x.io").Order(StringComparer.Ordinal), await _database.Column<string>("SELECT email FROM audience_members ORDER BY email"));
    }

    static MemberPage Page(SeededJob job, int number) => Page(job, number, $"m{number}@x.io");
}
