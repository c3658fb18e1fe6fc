using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Jobs;

/// <summary>Reads the ledger that Ingest writes. The counters make the saga quick; the ledger makes it right.</summary>
sealed class PageLedger(ApiDbContext database)
{
    /// <summary>True when the last page has been fetched and every page up to it is stored.</summary>
    public async Task<bool> IsComplete(BatchJob job, CancellationToken cancellationToken)
    {
        if (!job.FetchedAll || job.PagesIngested < job.PagesFetched) return false;
        // A retried job may have read fewer pages than it had stored before; so the count alone does not prove it.
        var stored = await database.Database.SqlQuery<int>($"""
            SELECT count(*)::int AS "Value" FROM batch_processing_pages WHERE job_id = {job.CorrelationId} AND page_number <= {job.PagesFetched}
            """).SingleAsync(cancellationToken);
        return stored == job.PagesFetched;
    }

    /// <summary>
    /// False when pages that were counted are no longer in the ledger (services/Api/Retention): the job would be read again from its first page, and
    /// every page counted twice. Ingest writes ledger and count in one transaction, so the two tell.
    /// </summary>
    public async Task<bool> IsWhole(Guid jobId, CancellationToken cancellationToken) =>
        await database.Database.SqlQuery<bool>($"""
            SELECT (SELECT count(*) FROM batch_processing_pages WHERE job_id = {jobId})
                   >= coalesce((SELECT pages_ingested FROM batch_processing_progress WHERE job_id = {jobId}), 0) AS "Value"
            """).SingleAsync(cancellationToken);

    /// <summary>
    /// Readies a job for another attempt: it goes on after the last page that is stored without a gap. Pages beyond the gap are fetched
    /// again and counted once.
    /// </summary>
    public async Task Rewind(BatchJob job, CancellationToken cancellationToken)
    {
        var last = await database.Database.SqlQuery<StoredPage>($"""
            SELECT page_number AS number, is_last, next_cursor
            FROM (SELECT *, row_number() OVER (ORDER BY page_number) AS nth FROM batch_processing_pages WHERE job_id = {job.CorrelationId}) p
            WHERE page_number = nth ORDER BY page_number DESC LIMIT 1
            """).SingleOrDefaultAsync(cancellationToken);
        job.PagesFetched = last?.Number ?? 0;
        job.Cursor = last?.NextCursor;
        job.FetchedAll = last?.IsLast ?? false;
        job.Attempt++;
        job.Retries = 0;
        (job.ErrorCode, job.ErrorMessage, job.CompletedAt, job.ResumeAt) = (null, null, null, null);
    }

    sealed record StoredPage(int Number, bool IsLast, string? NextCursor);
}
