using BatchBus.Cli.Client;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Chaos;

/// <summary>Compares a completed job with the oracle, to the e-mail, and its tables with each other.</summary>
sealed class AudienceCheck(PrivateStack stack, SimulatorControl whop, SimulatorClient oracle)
{
    /// <summary>What does not hold, in sentences.</summary>
    public async Task<IReadOnlyList<string>> Problems(ChaosJob job, CancellationToken ct)
    {
        if (job.Status != "completed") return [$"it is {job.Status}{(job.ErrorCode is null ? "" : $" ({job.ErrorCode})")}"];
        return [.. await Counts(job, ct), .. await Ledger(job, ct), .. await Emails(job, ct)];
    }

    async Task<IEnumerable<string>> Counts(ChaosJob job, CancellationToken ct)
    {
        const string columns = "members_fetched, inserted, duplicates, invalid, without_email";
        var queue = await Totals($"SELECT {columns} FROM batch_processing_queue WHERE id = $1", job.Id, ct);
        var progress = await Totals($"SELECT {columns} FROM batch_processing_progress WHERE job_id = $1", job.Id, ct);
        var rows = (await ChaosDatabase.Column<long>(stack.Servers.Postgres, "SELECT count(*) FROM audience_members WHERE audience_id = $1", ct, job.AudienceId)).Single();
        var expected = await oracle.Accounting(job.CompanyId, ct);
        var problems = new List<string>();
        if (!queue.AddsUp || !progress.AddsUp) problems.Add($"the equation does not hold: {queue}; {progress}");
        if (queue != progress) problems.Add($"the job says {queue}, its progress {progress}");
        if (progress.Inserted != rows) problems.Add($"{progress.Inserted} inserted are counted, {rows} rows are there");
        // Of a list that moves, nobody can say beforehand how many are met.
        if (job.Trouble.Movement is null && progress != expected) problems.Add($"it counts {progress}, the oracle {expected}");
        return problems;
    }

    async Task<Accounting> Totals(string sql, Guid job, CancellationToken ct) => (await ChaosDatabase.Rows(stack.Servers.Postgres, sql, row =>
        new Accounting(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)), ct, job)).Single();

    /// <summary>Every page of each window from the first to the last is there once (its key sees to that), and the last is the last.</summary>
    async Task<IEnumerable<string>> Ledger(ChaosJob job, CancellationToken ct)
    {
        var ledger = (await ChaosDatabase.Rows(stack.Servers.Postgres, """
            WITH read AS (
                SELECT 1 AS first, pages_fetched AS pages, true AS is_last FROM batch_processing_queue WHERE id = $1 AND windows = 0
                UNION ALL SELECT number * 1000000 + 1, pages, ends_after IS NULL FROM batch_processing_windows WHERE job_id = $1
            )
            SELECT (SELECT count(*) FROM batch_processing_pages WHERE job_id = $1), count(p.page_number),
                   count(DISTINCT read.first) FILTER (WHERE read.is_last), count(*) FILTER (WHERE p.is_last AND p.page_number = read.first + read.pages - 1 AND read.is_last),
                   (SELECT pages_fetched FROM batch_processing_queue WHERE id = $1), (SELECT pages_ingested FROM batch_processing_progress WHERE job_id = $1)
            FROM read LEFT JOIN batch_processing_pages p ON p.job_id = $1 AND p.page_number >= read.first AND p.page_number < read.first + read.pages
            """, row => (Count: row.GetInt64(0), Expected: row.GetInt64(1), Windows: row.GetInt64(2), Ended: row.GetInt64(3), Fetched: row.GetInt32(4), Ingested: row.GetInt32(5)), ct, job.Id)).Single();
        var holds = ledger.Count == ledger.Expected && ledger.Ended == ledger.Windows && ledger.Fetched == ledger.Count && ledger.Ingested == ledger.Count;
        return holds ? [] : [$"the ledger has {ledger.Count} pages, {ledger.Expected} of them expected, {ledger.Ended} ends of {ledger.Windows} windows; {ledger.Fetched} were fetched and {ledger.Ingested} counted"];
    }

    async Task<IEnumerable<string>> Emails(ChaosJob job, CancellationToken ct)
    {
        var stored = new HashSet<string>(await ChaosDatabase.Column<string>(stack.Servers.Postgres,
            "SELECT email FROM audience_members WHERE audience_id = $1", ct, job.AudienceId), StringComparer.Ordinal);
        var expected = await whop.Emails(job.CompanyId, ct);
        var missing = expected.Count(e => !e.MayBeMissed && !stored.Contains(e.Email));
        stored.ExceptWith(expected.Select(e => e.Email));
        return missing == 0 && stored.Count == 0 ? [] : [$"{missing} expected e-mails are not stored, {stored.Count} stored ones are not expected"];
    }
}
