using Npgsql;

namespace BatchBus.Tests.Servers;

/// <summary>A PostgreSQL database of its own, dropped at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    const int Patience = 180; // seconds

    readonly NpgsqlDataSource _source;

    TestDatabase(string name)
    {
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(TestServers.Postgres) { Database = name, IncludeErrorDetail = true }.ConnectionString;
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, Timeout = Patience, CommandTimeout = Patience });
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public static async Task<TestDatabase> Create(string template = "template0")
    {
        var name = $"test_{Guid.NewGuid():N}";
        await Admin($"""CREATE DATABASE "{name}" TEMPLATE "{template}" """);
        return new TestDatabase(name);
    }

    /// <summary>The same database as another login role.</summary>
    public string As(string role, string password) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, Password = password }.ConnectionString;

    public async Task<T> Scalar<T>(string sql, params object[] parameters)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var p in parameters) command.Parameters.Add(new NpgsqlParameter { Value = p });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<int> Execute(string sql, params object[] parameters)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var p in parameters) command.Parameters.Add(new NpgsqlParameter { Value = p });
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of every row.</summary>
    public async Task<List<T>> Column<T>(string sql, params object[] parameters)
    {
        await using var command = _source.CreateCommand(sql);
        foreach (var p in parameters) command.Parameters.Add(new NpgsqlParameter { Value = p });
        await using var reader = await command.ExecuteReaderAsync();
        var column = new List<T>();
        while (await reader.ReadAsync()) column.Add(reader.GetFieldValue<T>(0));
        return column;
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await Admin($"""DROP DATABASE IF EXISTS "{Name}" WITH (FORCE)""");
    }

    static async Task Admin(string sql)
    {
        var server = new NpgsqlConnectionStringBuilder(TestServers.Postgres) { Pooling = false, Timeout = Patience, CommandTimeout = Patience }.ConnectionString;
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
