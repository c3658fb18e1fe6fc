using Npgsql;

namespace BatchBus.Database;

/// <summary>How a database's migrations differ from those of this build.</summary>
/// <param name="Missing">Not applied.</param>
/// <param name="Unknown">Versions that were applied and that this build does not know: it is older, or they are somebody else's.</param>
/// <param name="Changed">Applied with another text.</param>
public sealed record SchemaDifference(IReadOnlyList<string> Missing, IReadOnlyList<string> Unknown, IReadOnlyList<string> Changed);

/// <summary>What has been applied to a database.</summary>
public static class SchemaHistory
{
    /// <summary>Makes sure that a database has every migration that this build knows. A service calls it at start; no service migrates.</summary>
    /// <exception cref="MigrationException">The schema is older; the message says what to run.</exception>
    public static async Task EnsureCurrent(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var missing = (await Compare(connection, cancellationToken)).Missing;
        if (missing.Count == 0) return;
        throw new MigrationException(
            $"The database schema is older than this service: {string.Join(", ", missing)} not applied. " +
            "Run `./batchbus migrate` (or `supabase db push`), then start the service again.");
    }

    /// <summary>Compares a database's migrations with those of this build.</summary>
    public static async Task<SchemaDifference> Compare(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var history = await ReadOrEmpty(connection, cancellationToken);
        return new SchemaDifference(
            [.. Migration.All.Where(m => !history.ContainsKey(m.Version)).Select(m => m.FullName)],
            [.. history.Keys.Except(Migration.All.Select(m => m.Version)).Order(StringComparer.Ordinal)],
            [.. Migration.All.Where(m => history.TryGetValue(m.Version, out var recorded) && m.DiffersFrom(recorded)).Select(m => m.FullName)]);
    }

    static async Task<Dictionary<string, string>> ReadOrEmpty(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await Read(connection, cancellationToken);
        }
        // No history, or none that this role was granted: nothing of ours has been applied.
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName
                                              or PostgresErrorCodes.InsufficientPrivilege)
        {
            return [];
        }
    }

    /// <summary>The applied versions with their recorded text, which may be empty.</summary>
    internal static async Task<Dictionary<string, string>> Read(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string sql = "SELECT version, coalesce(array_to_string(statements, E';\n'), '') FROM supabase_migrations.schema_migrations";
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var history = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken)) history.Add(reader.GetString(0), reader.GetString(1));
        return history;
    }
}
