using BatchBus.Database;
using Npgsql;

namespace BatchBus.Cli.Servers;

/// <summary>
/// Makes the login roles' passwords those that the services are started with, without locking out services that use the roles already.
/// </summary>
sealed class RolePasswords(ServerAddresses servers, LocalSecrets secrets)
{
    static readonly string[] Roles = [LoginRoles.Api, LoginRoles.Ingest];

    /// <summary>True when the server knows the roles; ask before migrating, which creates them.</summary>
    public async Task<bool> RolesExist(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(servers.Postgres);
        await connection.OpenAsync(ct);
        await using var query = new NpgsqlCommand("SELECT count(*) FROM pg_roles WHERE rolname = ANY($1)", connection)
        {
            Parameters = { new() { Value = Roles } },
        };
        return await query.ExecuteScalarAsync(ct) is > 0L;
    }

    public async Task Ensure(bool rolesExisted, CancellationToken ct)
    {
        var areOurs = servers.PostgresIsPrivate || !rolesExisted || Given.RolePasswords;
        if (areOurs) await LoginRoles.SetPasswords(servers.Postgres, secrets.ApiPassword, secrets.IngestPassword, ct);
        else if (!await CanLogIn(LoginRoles.Api, secrets.ApiPassword, ct) || !await CanLogIn(LoginRoles.Ingest, secrets.IngestPassword, ct))
            throw new CliException("The given PostgreSQL has batchbus_api and batchbus_ingest already, with passwords that are not known here. "
                + "Set Database__ApiPassword and Database__IngestPassword to theirs, or to new ones: they are set on the server.");
    }

    async Task<bool> CanLogIn(string role, string password, CancellationToken ct)
    {
        var login = new NpgsqlConnectionStringBuilder(servers.Postgres) { Username = role, Password = password, Pooling = false };
        await using var connection = new NpgsqlConnection(login.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            return false;
        }
    }
}
