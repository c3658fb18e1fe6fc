using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace BatchBus.Ingest;

/// <summary>The bulk write of members: arrays by column, sorted by the key, about 2,000 rows a statement (docs/decisions/0004).</summary>
static class MemberTable
{
    const int RowsPerStatement = 2_000;

    const string Sql =
        """
        WITH new AS (
            INSERT INTO audience_members
                (audience_id, email, whop_member_id, whop_user_id, name, username, status, access_level, joined_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (audience_id, email) DO NOTHING
            RETURNING audience_id)
        SELECT audience_id, count(*) FROM new GROUP BY audience_id
        """;

    /// <summary>Inserts the members that their audience does not have; the first spelling of an address wins.</summary>
    /// <returns>How many rows were new, by audience.</returns>
    public static async Task<Dictionary<Guid, int>> Insert(NpgsqlConnection connection, IEnumerable<MemberRow> members, CancellationToken cancellationToken)
    {
        var rows = Distinct(members);
        var inserted = new Dictionary<Guid, int>();
        for (var start = 0; start < rows.Count; start += RowsPerStatement)
        {
            await using var command = Command(connection, rows.GetRange(start, Math.Min(RowsPerStatement, rows.Count - start)));
            await command.PrepareForSending(cancellationToken);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                CollectionsMarshal.GetValueRefOrAddDefault(inserted, reader.GetGuid(0), out _) += (int)reader.GetInt64(1);
        }
        return inserted;
    }

    /// <summary>The statement that a trace shows: the others of a batch are quick, or wait for what this one of another batch is doing.</summary>
    public static bool IsInsert(NpgsqlCommand command) => command.CommandText == Sql;

    static List<MemberRow> Distinct(IEnumerable<MemberRow> members)
    {
        var seen = new HashSet<(Guid, string)>();
        var rows = members.Where(row => seen.Add((row.AudienceId, row.Email))).ToList();
        rows.Sort();
        return rows;
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, List<MemberRow> rows)
    {
        NpgsqlParameter Column<T>(Func<MemberRow, T> field, NpgsqlDbType type)
        {
            var column = new T[rows.Count];
            for (var i = 0; i < column.Length; i++) column[i] = field(rows[i]);
            return new NpgsqlParameter { Value = column, NpgsqlDbType = NpgsqlDbType.Array | type };
        }

        return new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                Column(r => r.AudienceId, NpgsqlDbType.Uuid),
                Column(r => r.Email, NpgsqlDbType.Text),
                Column(r => r.MemberId, NpgsqlDbType.Text),
                Column(r => r.UserId, NpgsqlDbType.Text),
                Column(r => r.Name, NpgsqlDbType.Text),
                Column(r => r.Username, NpgsqlDbType.Text),
                Column(r => r.Status, NpgsqlDbType.Text),
                Column(r => r.AccessLevel, NpgsqlDbType.Text),
                Column(r => r.JoinedAt, NpgsqlDbType.TimestampTz),
            },
        };
    }
}
