using BatchBus.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace BatchBus.Ingest;

/// <summary>The ledger of stored pages: <c>(job_id, page_number)</c> is there once, however often the page comes.</summary>
static class PageLedger
{
    /// <summary>Adds pages, which are sorted by job and number.</summary>
    /// <returns>Those that were not there.</returns>
    public static async Task<HashSet<(Guid Job, int Page)>> Add(NpgsqlConnection connection, MemberPage[] pages, CancellationToken cancellationToken)
    {
        if (pages.Length == 0) return [];
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO batch_processing_pages (job_id, page_number, members, is_last, next_cursor, reached)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6) AS page (job_id, page_number, members, is_last, next_cursor, reached)
            -- Of a job that ended long ago the ledger has been deleted: a page that comes so late may be a doubled one, and is taken for that.
            WHERE NOT EXISTS (
                SELECT FROM batch_processing_queue q JOIN batch_processing_progress p ON p.job_id = q.id
                WHERE q.id = page.job_id AND q.status IN ('completed', 'failed', 'cancelled')
                  AND p.pages_ingested > (SELECT count(*) FROM batch_processing_pages l WHERE l.job_id = q.id))
            ON CONFLICT (job_id, page_number) DO NOTHING
            RETURNING job_id, page_number
            """, connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(pages, p => p.JobId) },
                new() { Value = Array.ConvertAll(pages, p => p.PageNumber) },
                new() { Value = Array.ConvertAll(pages, p => p.Members.MemberIds.Length) },
                new() { Value = Array.ConvertAll(pages, p => p.IsLast) },
                new() { Value = Array.ConvertAll(pages, p => p.NextCursor), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = Array.ConvertAll(pages, p => p.Reached?.ToUniversalTime()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            },
        };
        await command.PrepareForSending(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var added = new HashSet<(Guid, int)>();
        while (await reader.ReadAsync(cancellationToken)) added.Add((reader.GetGuid(0), reader.GetInt32(1)));
        return added;
    }
}
