using BatchBus.Api.Data;
using BatchBus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Jobs;

/// <summary>A page of the ledger.</summary>
/// <param name="Number">Its number in the job, from 1.</param>
/// <param name="IsLast">True on the company's last page.</param>
/// <param name="NextCursor">Where to read on after it.</param>
sealed record StoredPage(int Number, bool IsLast, string? NextCursor);

/// <summary>What Ingest has stored. The counters in the job's row make the saga quick; this makes it right.</summary>
interface IPageLedger
{
    /// <summary>True when every page up to <paramref name="last"/> is stored.</summary>
    Task<bool> HasAll(Guid job, int last, CancellationToken cancellationToken);

    /// <summary>True when this one is.</summary>
    Task<bool> Has(Guid job, int page, CancellationToken cancellationToken);

    /// <summary>
    /// False when pages that were counted are no longer in the ledger (services/Api/Retention): the job would be read again from its first page, and
    /// every page counted twice. Ingest writes ledger and count in one transaction, so the two tell.
    /// </summary>
    Task<bool> IsWhole(Guid job, CancellationToken cancellationToken);

    /// <summary>The last page that is stored without a gap before it; null when the first is missing.</summary>
    Task<StoredPage?> LastWithoutGap(Guid job, CancellationToken cancellationToken);

    /// <summary>The totals as they stand now; no report can be newer.</summary>
    Task<PagesIngested> Totals(Guid job, CancellationToken cancellationToken);

    /// <summary>Forgets pages and totals of a job that starts over. The members stay.</summary>
    Task Forget(Guid job, CancellationToken cancellationToken);
}

/// <summary>Reads what Ingest writes, in the saga's transaction and under its lock of the job's row, which Ingest shares.</summary>
sealed class PageLedger(ApiDbContext database) : IPageLedger
{
    public async Task<bool> HasAll(Guid job, int last, CancellationToken cancellationToken) => last == await database.Database.SqlQuery<int>($"""
        SELECT count(*)::int AS "Value" FROM batch_processing_pages WHERE job_id = {job} AND page_number <= {last}
        """).SingleAsync(cancellationToken);

    public Task<bool> Has(Guid job, int page, CancellationToken cancellationToken) => database.Database.SqlQuery<bool>($"""
        SELECT EXISTS (SELECT FROM batch_processing_pages WHERE job_id = {job} AND page_number = {page}) AS "Value"
        """).SingleAsync(cancellationToken);

    public Task<bool> IsWhole(Guid job, CancellationToken cancellationToken) => database.Database.SqlQuery<bool>($"""
        SELECT (SELECT count(*) FROM batch_processing_pages WHERE job_id = {job})
               >= coalesce((SELECT pages_ingested FROM batch_processing_progress WHERE job_id = {job}), 0) AS "Value"
        """).SingleAsync(cancellationToken);

    public Task<StoredPage?> LastWithoutGap(Guid job, CancellationToken cancellationToken) => database.Database.SqlQuery<StoredPage>($"""
        SELECT page_number AS number, is_last, next_cursor
        FROM (SELECT *, row_number() OVER (ORDER BY page_number) AS nth FROM batch_processing_pages WHERE job_id = {job}) p
        WHERE page_number = nth ORDER BY page_number DESC LIMIT 1
        """).SingleOrDefaultAsync(cancellationToken);

    public async Task<PagesIngested> Totals(Guid job, CancellationToken cancellationToken)
    {
        var row = await database.Database.SqlQuery<Progress>($"""
            SELECT pages_ingested, members_fetched, inserted, duplicates, invalid, without_email FROM batch_processing_progress WHERE job_id = {job}
            """).SingleOrDefaultAsync(cancellationToken) ?? new Progress(0, 0, 0, 0, 0, 0);
        return new PagesIngested
        {
            JobId = job, Pages = row.PagesIngested, Totals = new MemberTotals(row.MembersFetched, row.Inserted, row.Duplicates, row.Invalid, row.WithoutEmail),
        };
    }

    public Task Forget(Guid job, CancellationToken cancellationToken) => database.Database.ExecuteSqlAsync($"""
        DELETE FROM batch_processing_pages WHERE job_id = {job};
        DELETE FROM batch_processing_progress WHERE job_id = {job}
        """, cancellationToken);

    sealed record Progress(int PagesIngested, long MembersFetched, long Inserted, long Duplicates, long Invalid, long WithoutEmail);
}
