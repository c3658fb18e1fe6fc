using Npgsql;

namespace BatchBus.Ingest;

/// <summary>
/// Share locks on the rows of the batch's jobs. The saga cannot cancel a job while they are held, so no row is written for a job after its
/// status says <c>cancelled</c>.
/// </summary>
static class JobLocks
{
    /// <returns>The jobs whose pages are to be stored, those that exist and are not cancelled, and whether each is running.</returns>
    public static async Task<Dictionary<Guid, bool>> Share(NpgsqlConnection connection, IEnumerable<Guid> jobs, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT id, status FROM batch_processing_queue WHERE id = ANY ($1) ORDER BY id FOR SHARE
            """, connection) { Parameters = { new() { Value = jobs.Distinct().ToArray() } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var wanted = new Dictionary<Guid, bool>();
        while (await reader.ReadAsync(cancellationToken))
            if (reader.GetString(1) is var status and not "cancelled") wanted.Add(reader.GetGuid(0), status == "processing");
        return wanted;
    }
}
