using Npgsql;

namespace BatchBus.Ingest;

/// <summary>
/// Share locks on the rows of the batch's jobs. The saga cannot cancel a job while they are held, so no row is written for a job after its
/// status says <c>cancelled</c>.
/// </summary>
static class JobLocks
{
    /// <returns>The jobs whose pages are to be stored, those that exist and are not cancelled.</returns>
    public static async Task<Dictionary<Guid, LockedJob>> Share(NpgsqlConnection connection, IEnumerable<Guid> jobs, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT id, status, windows FROM batch_processing_queue WHERE id = ANY ($1) ORDER BY id FOR SHARE
            """, connection) { Parameters = { new() { Value = jobs.Distinct().ToArray() } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var wanted = new Dictionary<Guid, LockedJob>();
        while (await reader.ReadAsync(cancellationToken))
            if (reader.GetString(1) is var status and not "cancelled") wanted.Add(reader.GetGuid(0), new(status == "processing", reader.GetInt32(2) > 0));
        return wanted;
    }
}

/// <param name="IsRunning">True unless it waits, is held or has ended.</param>
/// <param name="IsDivided">True when it is read in several windows.</param>
readonly record struct LockedJob(bool IsRunning, bool IsDivided);
