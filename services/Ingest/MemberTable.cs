using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace BatchBus.Ingest;

/// <summary>The bulk write of members: arrays by column, sorted by the key, about 2,000 rows a statement (docs/decisions/0004).</summary>
static class MemberTable
{
    const int RowsPerStatement = 2_000;

    const string InsertSql =
        """
        WITH new AS (
            INSERT INTO audience_members
                (audience_id, email, whop_member_id, whop_user_id, name, username, status, access_level, joined_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (audience_id, email) DO NOTHING
            RETURNING audience_id)
        SELECT audience_id, count(*), 0::bigint, 0::bigint FROM new GROUP BY audience_id
        """;

    // Who was marked by this very refresh is on a second copy of a page, which came after the last one that the refresh waited for.
    // A row that was there has been locked by the conflict, so its xmax is not 0. changed_at is written by this statement or older.
    const string RefreshSql =
        """
        WITH written AS (
            INSERT INTO audience_members AS m
                (audience_id, email, whop_member_id, whop_user_id, name, username, status, access_level, joined_at, seen_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (audience_id, email) DO UPDATE SET
                whop_member_id = excluded.whop_member_id, whop_user_id = excluded.whop_user_id, name = excluded.name, username = excluded.username,
                status = excluded.status, access_level = excluded.access_level, joined_at = excluded.joined_at,
                seen_at = excluded.seen_at, missing_since = NULL,
                changed_at = CASE WHEN (m.whop_member_id, m.whop_user_id, m.name, m.username, m.status, m.access_level, m.joined_at, m.missing_since)
                                       IS DISTINCT FROM
                                       (excluded.whop_member_id, excluded.whop_user_id, excluded.name, excluded.username, excluded.status,
                                        excluded.access_level, excluded.joined_at, NULL)
                                  THEN statement_timestamp() ELSE m.changed_at END
            WHERE m.seen_at IS NULL OR m.seen_at < excluded.seen_at OR (m.seen_at = excluded.seen_at AND m.missing_since IS NOT NULL)
            RETURNING m.audience_id, m.xmax = 0 AS is_new, m.changed_at = statement_timestamp() AS is_changed)
        SELECT audience_id, count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), count(*) FILTER (WHERE is_changed)
        FROM written GROUP BY audience_id
        """;

    /// <summary>Inserts the members that their audience does not have; the first spelling of an address wins.</summary>
    /// <returns>What was written, by audience.</returns>
    public static Task<Dictionary<Guid, WrittenRows>> Insert(NpgsqlConnection connection, IEnumerable<MemberRow> members, CancellationToken cancellationToken) =>
        Write(connection, InsertSql, members, _ => null, cancellationToken);

    /// <summary>
    /// Inserts the members that their audience does not have, and brings the others up to date, each once in a refresh: who has an address first keeps it,
    /// and a page that comes again, or so late that a later refresh has begun, changes nobody whom it or that one has seen.
    /// </summary>
    /// <param name="connection">The batch's transaction.</param>
    /// <param name="members">The members.</param>
    /// <param name="startedAt">When the refresh of each audience started.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was written, by audience.</returns>
    public static Task<Dictionary<Guid, WrittenRows>> Refresh(
        NpgsqlConnection connection, IEnumerable<MemberRow> members, Dictionary<Guid, DateTime> startedAt, CancellationToken cancellationToken) =>
        Write(connection, RefreshSql, members, rows => Column(rows, r => startedAt[r.AudienceId], NpgsqlDbType.TimestampTz), cancellationToken);

    static async Task<Dictionary<Guid, WrittenRows>> Write(
        NpgsqlConnection connection, string sql, IEnumerable<MemberRow> members, Func<List<MemberRow>, NpgsqlParameter?> last, CancellationToken cancellationToken)
    {
        var rows = Distinct(members);
        var written = new Dictionary<Guid, WrittenRows>();
        for (var start = 0; start < rows.Count; start += RowsPerStatement)
        {
            var some = rows.GetRange(start, Math.Min(RowsPerStatement, rows.Count - start));
            await using var command = Command(connection, sql, some);
            if (last(some) is { } column) command.Parameters.Add(column);
            await command.PrepareForSending(cancellationToken);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                CollectionsMarshal.GetValueRefOrAddDefault(written, reader.GetGuid(0), out _) +=
                    new WrittenRows((int)reader.GetInt64(1), (int)reader.GetInt64(2), (int)reader.GetInt64(3));
        }
        return written;
    }

    /// <summary>The statement that a trace shows: the others of a batch are quick, or wait for what this one of another batch is doing.</summary>
    public static bool IsInsert(NpgsqlCommand command) => command.CommandText is InsertSql or RefreshSql;

    static List<MemberRow> Distinct(IEnumerable<MemberRow> members)
    {
        var seen = new HashSet<(Guid, string)>();
        var rows = members.Where(row => seen.Add((row.AudienceId, row.Email))).ToList();
        rows.Sort();
        return rows;
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, List<MemberRow> rows) => new(sql, connection)
    {
        Parameters =
        {
            Column(rows, r => r.AudienceId, NpgsqlDbType.Uuid),
            Column(rows, r => r.Email, NpgsqlDbType.Text),
            Column(rows, r => r.MemberId, NpgsqlDbType.Text),
            Column(rows, r => r.UserId, NpgsqlDbType.Text),
            Column(rows, r => r.Name, NpgsqlDbType.Text),
            Column(rows, r => r.Username, NpgsqlDbType.Text),
            Column(rows, r => r.Status, NpgsqlDbType.Text),
            Column(rows, r => r.AccessLevel, NpgsqlDbType.Text),
            Column(rows, r => r.JoinedAt, NpgsqlDbType.TimestampTz),
        },
    };

    static NpgsqlParameter Column<T>(List<MemberRow> rows, Func<MemberRow, T> field, NpgsqlDbType type)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++) column[i] = field(rows[i]);
        return new NpgsqlParameter { Value = column, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}

/// <summary>What became of rows that were to be written.</summary>
/// <param name="Inserted">Rows that were not there.</param>
/// <param name="Refreshed">Rows that were there, and that the refresh had not seen before.</param>
/// <param name="Changed">Those of them that were different.</param>
readonly record struct WrittenRows(int Inserted, int Refreshed, int Changed)
{
    public static WrittenRows operator +(WrittenRows a, WrittenRows b) => new(a.Inserted + b.Inserted, a.Refreshed + b.Refreshed, a.Changed + b.Changed);
}
