using BatchBus.Contracts;
using Npgsql;

namespace BatchBus.Ingest;

/// <summary>
/// Where the windows of divided jobs end. A slice that was given up, or delivered twice, may read on in a window whose rest has become other windows since: its
/// members are those windows', and would be counted a second time.
/// </summary>
static class WindowEnds
{
    /// <summary>Asked under the locks of the jobs' rows, and after them: the saga holds batches off before it divides a window.</summary>
    /// <returns>The pages, of those given, that are no longer their window's.</returns>
    public static async Task<HashSet<(Guid Job, int Page)>> Beyond(NpgsqlConnection connection, IReadOnlyCollection<MemberPage> pages, CancellationToken cancellationToken)
    {
        if (pages.Count == 0) return [];
        await using var command = new NpgsqlCommand(
            """
            SELECT p.job_id, p.page_number FROM unnest($1, $2, $3) AS p (job_id, page_number, number)
            JOIN batch_processing_windows w ON w.job_id = p.job_id AND w.number = p.number
            WHERE p.page_number > $4 * w.number + w.ends_after
            """, connection)
        {
            Parameters =
            {
                new() { Value = pages.Select(page => page.JobId).ToArray() },
                new() { Value = pages.Select(page => page.PageNumber).ToArray() },
                new() { Value = pages.Select(page => PageNumbers.WindowOf(page.PageNumber)).ToArray() },
                new() { Value = PageNumbers.PerWindow },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var beyond = new HashSet<(Guid, int)>();
        while (await reader.ReadAsync(cancellationToken)) beyond.Add((reader.GetGuid(0), reader.GetInt32(1)));
        return beyond;
    }
}
