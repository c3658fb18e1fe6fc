using Npgsql;

namespace BatchBus.Cli.Chaos;

/// <summary>Reads tables as the administrator, each time over a connection of its own: the server may have been killed since.</summary>
static class ChaosDatabase
{
    public static async Task<List<T>> Rows<T>(string server, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false, Timeout = 5, CommandTimeout = 30 }.ConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(read(reader));
        return rows;
    }

    public static Task<List<T>> Column<T>(string server, string sql, CancellationToken ct, params object[] parameters) =>
        Rows(server, sql, row => row.GetFieldValue<T>(0), ct, parameters);
}
