using BatchBus.Contracts;
using Npgsql;

namespace BatchBus.Ingest;

/// <summary>Where a job stands after a batch.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Pages">Pages stored since it began.</param>
/// <param name="Totals">What became of their members.</param>
/// <param name="IsReportDue">True when the saga is to be told.</param>
sealed record JobProgress(Guid JobId, int Pages, MemberTotals Totals, bool IsReportDue);

/// <summary>The totals of each job.</summary>
static class ProgressTable
{
    /// <summary>Adds what a batch brought; a job whose pages were all doubled is read, too.</summary>
    public static async Task<IReadOnlyList<JobProgress>> Add(
        NpgsqlConnection connection, Dictionary<Guid, Tally> tallies, CancellationToken cancellationToken)
    {
        if (tallies.Count == 0) return [];
        var jobs = tallies.OrderBy(t => t.Key).ToArray();
        await using var command = Command(connection, jobs);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var progress = new List<JobProgress>(jobs.Length);
        while (await reader.ReadAsync(cancellationToken))
        {
            var totals = new MemberTotals(reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(8));
            var (job, pages, lastPage) = (reader.GetGuid(0), reader.GetInt32(1), await reader.IsDBNullAsync(7, cancellationToken) ? default(int?) : reader.GetInt32(7));
            progress.Add(new JobProgress(job, pages, totals, IsReportDue(tallies[job], pages, lastPage)));
        }
        return progress;
    }

    // A doubled page reports again: its first transaction may have been the last thing that a process did.
    static bool IsReportDue(Tally tally, int pages, int? lastPage) =>
        tally.HasDoubled || pages >= lastPage || pages / PagesIngested.ReportEvery != (pages - tally.Pages) / PagesIngested.ReportEvery;

    static NpgsqlCommand Command(NpgsqlConnection connection, KeyValuePair<Guid, Tally>[] jobs)
    {
        NpgsqlParameter Column<T>(Func<Tally, T> field) => new() { Value = Array.ConvertAll(jobs, job => field(job.Value)) };

        return new NpgsqlCommand(
            """
            INSERT INTO batch_processing_progress AS p
                (job_id, pages_ingested, members_fetched, inserted, duplicates, invalid, without_email, last_page, changed)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (job_id) DO UPDATE SET
                pages_ingested = p.pages_ingested + excluded.pages_ingested,
                members_fetched = p.members_fetched + excluded.members_fetched,
                inserted = p.inserted + excluded.inserted,
                duplicates = p.duplicates + excluded.duplicates,
                invalid = p.invalid + excluded.invalid,
                without_email = p.without_email + excluded.without_email,
                last_page = least(p.last_page, excluded.last_page),
                changed = p.changed + excluded.changed,
                updated_at = now()
            RETURNING job_id, pages_ingested, members_fetched, inserted, duplicates, invalid, without_email, last_page, changed
            """, connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(jobs, job => job.Key) },
                Column(t => t.Pages),
                Column(t => t.Fetched),
                Column(t => t.Inserted),
                Column(t => t.Duplicates),
                Column(t => t.Invalid),
                Column(t => t.WithoutEmail),
                Column(t => t.TotalPages),
                Column(t => t.Changed),
            },
        };
    }
}
