using Npgsql;

namespace BatchBus.Ingest;

/// <summary>
/// Locks on the rows of the batch's jobs, the weakest that there is. The saga writes reports into a row while they are held, but it cannot end, pause or divide
/// the job (services/Api/Jobs/PageLedger): so no row is written for a job after its status says <c>cancelled</c>.
/// </summary>
static class JobLocks
{
    /// <returns>The jobs whose pages are to be stored, those that exist and are not cancelled.</returns>
    public static async Task<Dictionary<Guid, LockedJob>> Share(NpgsqlConnection connection, IEnumerable<Guid> jobs, CancellationToken cancellationToken)
    {
        var ids = jobs.Distinct().ToArray();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                // By itself, for it may answer with what a row was before the saga's last transaction: a key-share lock on an old version is one on all later ones.
                new("SELECT FROM batch_processing_queue WHERE id = ANY ($1) ORDER BY id FOR KEY SHARE") { Parameters = { new() { Value = ids } } },
                new("SELECT id, status, windows, CASE kind WHEN 'create' THEN NULL ELSE started_at END FROM batch_processing_queue WHERE id = ANY ($1)") { Parameters = { new() { Value = ids } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var wanted = new Dictionary<Guid, LockedJob>();
        while (await reader.ReadAsync(cancellationToken))
            if (reader.GetString(1) is var status and not "cancelled") wanted.Add(reader.GetGuid(0), new(status == "processing", reader.GetInt32(2) > 0, await Time(reader, 3, cancellationToken)));
        return wanted;
    }

    static async Task<DateTime?> Time(NpgsqlDataReader reader, int column, CancellationToken cancellationToken) =>
        await reader.IsDBNullAsync(column, cancellationToken) ? null : reader.GetDateTime(column);
}

/// <param name="IsRunning">True unless it waits, is held or has ended.</param>
/// <param name="IsDivided">True when it is read in several windows.</param>
/// <param name="RefreshedAt">When it started (UTC), if it brings members that are there already up to date; otherwise null.</param>
readonly record struct LockedJob(bool IsRunning, bool IsDivided, DateTime? RefreshedAt);
