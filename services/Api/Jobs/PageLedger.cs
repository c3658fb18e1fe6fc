using BatchBus.Api.Data;
using BatchBus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Jobs;

/// <summary>A page of the ledger.</summary>
/// <param name="Window">The number of its window.</param>
/// <param name="Number">Its number in the window, from 1.</param>
/// <param name="IsLast">True on the window's last page.</param>
/// <param name="NextCursor">Where to read on after it.</param>
/// <param name="Reached">When the last member up to its end was created; null while that is not known for sure.</param>
sealed record StoredPage(int Window, int Number, bool IsLast, string? NextCursor, DateTimeOffset? Reached = null);

/// <summary>What Ingest has stored. The counters in the job's row make the saga quick; this makes it right.</summary>
interface IPageLedger
{
    /// <summary>True when every page that a job's windows have is stored.</summary>
    Task<bool> HasAll(IReadOnlyList<JobWindow> windows, CancellationToken cancellationToken);

    /// <summary>True when pages of the window are stored that it has not read, as far as the job knows.</summary>
    Task<bool> HasBeyond(JobWindow window, CancellationToken cancellationToken);

    /// <summary>True when this one is.</summary>
    Task<bool> Has(Guid job, int page, CancellationToken cancellationToken);

    /// <summary>
    /// False when pages that were counted are no longer in the ledger (services/Api/Retention): the job would be read again from its first page, and
    /// every page counted twice. Ingest writes ledger and count in one transaction, so the two tell.
    /// </summary>
    Task<bool> IsWhole(Guid job, CancellationToken cancellationToken);

    /// <summary>The last page of each window that is stored without a gap before it; none of a window whose first is missing.</summary>
    Task<IReadOnlyList<StoredPage>> LastWithoutGap(Guid job, CancellationToken cancellationToken);

    /// <summary>The totals as they stand now; no report can be newer.</summary>
    Task<PagesIngested> Totals(Guid job, CancellationToken cancellationToken);

    /// <summary>Forgets pages and totals of a job that starts over. The members stay.</summary>
    Task Forget(Guid job, CancellationToken cancellationToken);
}

/// <summary>
/// Reads what Ingest writes, in the saga's transaction. Before an answer that Ingest could make wrong it waits for the batches that are being written, and holds
/// off others until the transaction is over. Reports, by far the most messages, ask nothing of that kind, and wait for no batch.
/// </summary>
sealed class PageLedger(ApiDbContext database) : IPageLedger
{
    // Pages only ever come: what is all there stays so.
    public async Task<bool> HasAll(IReadOnlyList<JobWindow> windows, CancellationToken cancellationToken)
    {
        var (firsts, ends) = (windows.Select(window => window.FirstPage).ToArray(), windows.Select(window => window.FirstPage + window.Pages).ToArray());
        return windows.Sum(window => window.Pages) == await database.Database.SqlQuery<int>($"""
            SELECT count(*)::int AS "Value" FROM unnest({firsts}, {ends}) AS read (first_page, end_page)
            JOIN batch_processing_pages p ON p.job_id = {windows[0].JobId} AND p.page_number >= read.first_page AND p.page_number < read.end_page
            """).SingleAsync(cancellationToken);
    }

    public async Task<bool> HasBeyond(JobWindow window, CancellationToken cancellationToken)
    {
        await HoldOff(window.JobId, cancellationToken);
        return await database.Database.SqlQuery<bool>($"""
            SELECT EXISTS (SELECT FROM batch_processing_pages WHERE job_id = {window.JobId}
                           AND page_number >= {window.FirstPage + window.Pages} AND page_number < {window.FirstPage + PageNumbers.PerWindow}) AS "Value"
            """).SingleAsync(cancellationToken);
    }

    public async Task<bool> Has(Guid job, int page, CancellationToken cancellationToken)
    {
        await HoldOff(job, cancellationToken);
        return await database.Database.SqlQuery<bool>($"""
            SELECT EXISTS (SELECT FROM batch_processing_pages WHERE job_id = {job} AND page_number = {page}) AS "Value"
            """).SingleAsync(cancellationToken);
    }

    // One statement sees each batch whole or not at all, so there is none to wait for.
    public Task<bool> IsWhole(Guid job, CancellationToken cancellationToken) => database.Database.SqlQuery<bool>($"""
        SELECT (SELECT count(*) FROM batch_processing_pages WHERE job_id = {job})
               >= coalesce((SELECT pages_ingested FROM batch_processing_progress WHERE job_id = {job}), 0) AS "Value"
        """).SingleAsync(cancellationToken);

    public async Task<IReadOnlyList<StoredPage>> LastWithoutGap(Guid job, CancellationToken cancellationToken)
    {
        await HoldOff(job, cancellationToken);
        return await database.Database.SqlQuery<StoredPage>($"""
            SELECT DISTINCT ON (p.window) p.window, number, is_last, next_cursor, reached
            FROM (SELECT *, row_number() OVER (PARTITION BY w.window ORDER BY number) AS nth
                  FROM (SELECT (page_number - 1) / {PageNumbers.PerWindow} AS window, (page_number - 1) % {PageNumbers.PerWindow} + 1 AS number, is_last, next_cursor, reached
                        FROM batch_processing_pages WHERE job_id = {job}) w) p
            WHERE number = nth ORDER BY p.window, number DESC
            """).ToListAsync(cancellationToken);
    }

    public async Task<PagesIngested> Totals(Guid job, CancellationToken cancellationToken)
    {
        await HoldOff(job, cancellationToken);
        var row = await database.Database.SqlQuery<Progress>($"""
            SELECT pages_ingested, members_fetched, inserted, duplicates, invalid, without_email, changed FROM batch_processing_progress WHERE job_id = {job}
            """).SingleOrDefaultAsync(cancellationToken) ?? new Progress(0, 0, 0, 0, 0, 0, 0);
        return new PagesIngested
        {
            JobId = job, Pages = row.PagesIngested, Totals = new MemberTotals(row.MembersFetched, row.Inserted, row.Duplicates, row.Invalid, row.WithoutEmail, row.Changed),
        };
    }

    public async Task Forget(Guid job, CancellationToken cancellationToken)
    {
        await HoldOff(job, cancellationToken);
        await database.Database.ExecuteSqlAsync($"""
            DELETE FROM batch_processing_pages WHERE job_id = {job};
            DELETE FROM batch_processing_progress WHERE job_id = {job}
            """, cancellationToken);
    }

    // Ingest has locked the row FOR KEY SHARE, which passes by the saga's own lock (FOR NO KEY UPDATE) and not by this one.
    async Task HoldOff(Guid job, CancellationToken cancellationToken) =>
        await database.Database.ExecuteSqlAsync($"SELECT FROM batch_processing_queue WHERE id = {job} FOR UPDATE", cancellationToken);

    sealed record Progress(int PagesIngested, long MembersFetched, long Inserted, long Duplicates, long Invalid, long WithoutEmail, long Changed);
}
