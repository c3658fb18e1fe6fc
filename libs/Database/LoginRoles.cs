using Npgsql;

namespace BatchBus.Database;

/// <summary>The login roles that the migrations create, <c>batchbus_api</c> and <c>batchbus_ingest</c>. Their passwords stand in no migration.</summary>
public static class LoginRoles
{
    /// <summary>The role that Api logs in as.</summary>
    public const string Api = "batchbus_api";

    /// <summary>The role that Ingest logs in as.</summary>
    public const string Ingest = "batchbus_ingest";

    /// <summary>Sets the passwords of both roles. The server is told what it stores of them, not the passwords.</summary>
    /// <param name="connectionString">A login that may change roles, usually the one that migrates.</param>
    /// <param name="apiPassword">The new password of <see cref="Api"/>.</param>
    /// <param name="ingestPassword">The new password of <see cref="Ingest"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task SetPasswords(string connectionString, string apiPassword, string ingestPassword, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await SetPassword(source, Api, apiPassword, cancellationToken);
        await SetPassword(source, Ingest, ingestPassword, cancellationToken);
    }

    static async Task SetPassword(NpgsqlDataSource source, string role, string password, CancellationToken cancellationToken)
    {
        // ALTER ROLE takes no parameters, so PostgreSQL itself quotes the values into the statement first.
        await using var quote = source.CreateCommand("SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)");
        quote.Parameters.Add(new NpgsqlParameter { Value = role });
        quote.Parameters.Add(new NpgsqlParameter { Value = ScramVerifier.Of(password) });
        var statement = (string)(await quote.ExecuteScalarAsync(cancellationToken))!;
        await using var alter = source.CreateCommand(statement);
        await alter.ExecuteNonQueryAsync(cancellationToken);
    }
}
