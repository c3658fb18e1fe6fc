using BatchBus.Cli.Stack;
using Npgsql;

namespace BatchBus.Cli.Chaos;

/// <summary>Follows the jobs of a round in their table to their end, and mends what a human would have to mend: the final faults.</summary>
sealed class JobFollower(PrivateStack stack, PatientApi api, SimulatorControl whop, Recovery recovery, IReadOnlyList<ChaosJob> jobs, TimeSpan outage)
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    // Much longer than any wait of the retry rings, with a restart before and after it.
    static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(300);

    readonly List<string> _problems = [];

    /// <summary>Pages stored for the jobs of this round.</summary>
    public long Pages { get; private set; }

    /// <summary>Returns what did not go as it should, when every job has ended or nothing moves any more.</summary>
    public async Task<IReadOnlyList<string>> Follow(CancellationToken ct)
    {
        var standstill = new Limit(LongestStandstill + outage);
        var before = "";
        while (!jobs.All(job => job.HasEnded))
        {
            if (await Look(ct))
            {
                recovery.Saw(Pages);
                foreach (var job in jobs.Where(job => job is { Status: "failed", FaultId: not null })) await Mend(job, ct);
                var now = $"{Pages} {string.Join(' ', jobs.Select(job => $"{job.Status}{job.Retries}"))}";
                if (now != before) (before, standstill) = (now, new Limit(LongestStandstill + outage));
            }
            if (standstill.IsOver)
            {
                await RecordStuck(ct);
                break;
            }
            await Task.Delay(Tick, TimeProvider.System, ct);
        }
        foreach (var job in jobs.Where(job => job is { Trouble.FailsWith: not null, Retries: 0, HasEnded: true }))
            _problems.Add($"{job.CompanyId} is {job.Status}, but should have failed with {job.Trouble.FailsWith} first.");
        return _problems;
    }

    async Task<bool> Look(CancellationToken ct)
    {
        try
        {
            var rows = await ChaosDatabase.Rows(stack.Servers.Postgres, """
                SELECT q.id, q.status, q.error_code, (SELECT count(*) FROM batch_processing_pages p WHERE p.job_id = q.id)
                FROM batch_processing_queue q WHERE q.id = ANY ($1)
                """, row => (Id: row.GetGuid(0), Status: row.GetString(1), Error: row.IsDBNull(2) ? null : row.GetString(2), Pages: row.GetInt64(3)), ct,
                jobs.Select(job => job.Id).ToArray());
            foreach (var row in rows)
            {
                var job = jobs.Single(job => job.Id == row.Id);
                (job.Status, job.ErrorCode) = (row.Status, row.Error);
            }
            Pages = rows.Sum(row => row.Pages);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return false; // PostgreSQL is away; that is what this is about
        }
    }

    /// <summary>The failure must be the one that the fault asks for; then the fault is lifted, and the job tried again.</summary>
    async Task Mend(ChaosJob job, CancellationToken ct)
    {
        if (job.ErrorCode != job.Trouble.FailsWith) _problems.Add($"{job.CompanyId} failed with {job.ErrorCode} instead of {job.Trouble.FailsWith}.");
        await whop.Lift(job.FaultId!.Value, ct);
        await api.Retry(job.Token, job.Id, ct);
        job.Retries++;
        // The command is on its way; until it has arrived the job is still called failed.
        var limit = new Limit(LongestStandstill + outage);
        while (job.Status == "failed" && !limit.IsOver)
        {
            await Limit.Pause(ct);
            if (await Look(ct)) recovery.Saw(Pages);
        }
        job.FaultId = null;
    }

    async Task RecordStuck(CancellationToken ct)
    {
        var rows = await ChaosDatabase.Column<string>(stack.Servers.Postgres, """
            SELECT format('%s, slice %s sent at %s, %s pages fetched, %s reported as stored, %s in the ledger, resumes at %s, all fetched: %s, error: %s', q.status,
                q.slice, q.slice_sent_at, q.pages_fetched, q.pages_ingested, (SELECT count(*) FROM batch_processing_pages p WHERE p.job_id = q.id),
                q.resume_at, q.fetched_all, q.error_code)
            FROM batch_processing_queue q WHERE q.id = ANY ($1) AND q.status NOT IN ('completed', 'failed', 'cancelled')
            """, ct, jobs.Select(job => job.Id).ToArray());
        foreach (var row in rows) _problems.Add($"A job is stuck: {row}.");
        foreach (var job in jobs.Where(job => !job.HasEnded && job.Id != default)) await api.Cancel(job.Token, job.Id, ct);
    }
}
