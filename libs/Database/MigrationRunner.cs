using Npgsql;

namespace BatchBus.Database;

/// <summary>
/// Applies the migrations that a database lacks: one at a time under an advisory lock, each in a transaction of its own, recorded in the
/// history that the Supabase CLI keeps, <c>supabase_migrations.schema_migrations</c>, so that either tool can go on where the other stopped.
/// </summary>
/// <param name="connectionString">A login that may create schemas and roles.</param>
public sealed class MigrationRunner(string connectionString)
{
    /// <summary>Applies what is missing.</summary>
    /// <returns>The names of the migrations that were applied now, oldest first; empty when there was nothing to do.</returns>
    /// <exception cref="MigrationException">An applied migration differs from its file, or one failed.</exception>
    public async Task<IReadOnlyList<string>> Apply(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await Execute(connection, "SELECT pg_advisory_lock($1)", cancellationToken, AdvisoryLocks.Migrations);
        await Execute(connection, CreateHistory, cancellationToken);

        var history = await SchemaHistory.Read(connection, cancellationToken);
        var applied = new List<string>();
        foreach (var migration in Migration.All)
        {
            if (history.TryGetValue(migration.Version, out var recorded)) EnsureUnchanged(migration, recorded);
            else
            {
                await ApplyOne(connection, migration, cancellationToken);
                applied.Add(migration.FullName);
            }
        }
        return applied;
    }

    static async Task ApplyOne(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await Execute(connection, migration.Sql, cancellationToken);
            await Execute(connection, "INSERT INTO supabase_migrations.schema_migrations (version, name, statements) VALUES ($1, $2, ARRAY[$3])",
                cancellationToken, migration.Version, migration.Name, migration.Sql);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException e)
        {
            throw new MigrationException($"Migration {migration.FullName} failed and was rolled back: {e.MessageText} ({e.SqlState}).", e);
        }
    }

    static void EnsureUnchanged(Migration migration, string recorded)
    {
        if (!migration.DiffersFrom(recorded)) return;
        throw new MigrationException(
            $"Migration {migration.FullName} was changed after it had been applied. " +
            "Restore the file, and put the change into a new migration.");
    }

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    const string CreateHistory = """
        CREATE SCHEMA IF NOT EXISTS supabase_migrations;
        CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);
        ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[];
        ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS name text;
        """;
}
