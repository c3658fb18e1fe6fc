using Npgsql;

namespace BatchBus.Cli.Bench;

/// <summary>
/// What PostgreSQL takes at most: the rows of an audience as one binary stream, copied into an empty table of the same columns and indexes. Nothing is
/// read, checked or made sure beside it.
/// </summary>
sealed class BareCopy(string server)
{
    const string Columns = "audience_id, email, whop_member_id, whop_user_id, name, username, status, access_level, joined_at";

    /// <summary>Rows a second over so many connections, each with its share of the rows.</summary>
    public async Task<double> Measure(Guid[] audiences, int connections, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await Execute(source, "DROP TABLE IF EXISTS bench_members; CREATE TABLE bench_members (LIKE audience_members INCLUDING ALL)", ct);
        var shares = new List<byte[]>();
        for (var share = 0; share < connections; share++) shares.Add(await Read(source, audiences, share, connections, ct));

        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(shares.Select(share => Write(source, share, ct)));
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        await using var count = source.CreateCommand("SELECT count(*) FROM bench_members");
        var rows = (long)(await count.ExecuteScalarAsync(ct))!;
        await Execute(source, "DROP TABLE bench_members", ct);
        return rows / seconds;
    }

    static async Task<byte[]> Read(NpgsqlDataSource source, Guid[] audiences, int share, int shares, CancellationToken ct)
    {
        var list = string.Join(',', audiences.Select(audience => $"'{audience}'"));
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var rows = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {Columns} FROM audience_members WHERE audience_id IN ({list}) AND hashtext(email) & {shares - 1} = {share}) TO STDOUT (FORMAT BINARY)", ct);
        using var bytes = new MemoryStream();
        await rows.CopyToAsync(bytes, ct);
        return bytes.ToArray();
    }

    static async Task Write(NpgsqlDataSource source, byte[] rows, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY bench_members ({Columns}) FROM STDIN (FORMAT BINARY)", ct);
        await copy.WriteAsync(rows, ct);
    }

    static async Task Execute(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
