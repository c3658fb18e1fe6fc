using System.Text.RegularExpressions;
using BatchBus.Database;
using Npgsql;

namespace BatchBus.Tests.Servers.Supabase;

/// <summary>
/// A database as a Supabase project has it: schema <c>auth</c> that somebody else owns, <c>auth.uid()</c>, the publication, generous default
/// privileges, and a role <c>postgres</c> that may make roles and databases and is no superuser. Roles are the whole server's, so they have
/// names of their own here, which go with the database.
/// </summary>
public sealed partial class SupabaseLikeDatabase : IAsyncDisposable
{
    const string Password = "of a test";

    readonly string _prefix = $"t{Guid.NewGuid():N}"[..12] + "_";
    readonly bool _ownApiRoles;

    SupabaseLikeDatabase(TestDatabase database, bool ownApiRoles) => (Database, _ownApiRoles) = (database, ownApiRoles);

    /// <summary>The same database for the test's superuser.</summary>
    public TestDatabase Database { get; }

    /// <summary>The login that a Supabase project gives to its owner.</summary>
    public string AsPostgres => Database.As($"{_prefix}postgres", Password);

    /// <summary>The roles that Supabase's API uses.</summary>
    public string[] ApiRoles => [Name("anon"), Name("authenticated"), Name("service_role")];

    /// <summary>Makes one. With <paramref name="ownApiRoles"/> it has three API roles of its own; apply the migrations with <see cref="Migrate"/> then.</summary>
    public static async Task<SupabaseLikeDatabase> Create(bool ownApiRoles = false)
    {
        var project = new SupabaseLikeDatabase(await TestDatabase.Create(), ownApiRoles);
        await project.Make(project._prefix);
        return project;
    }

    /// <summary>Applies the migrations as <c>postgres</c> does, to the roles of this database.</summary>
    public async Task Migrate()
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(AsPostgres) { Pooling = false });
        foreach (var migration in Migration.All)
        {
            await using var command = source.CreateCommand(Roles().Replace(migration.Sql, role => _prefix + role.Value));
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>What a role is called here.</summary>
    public string Name(string role) => _ownApiRoles ? _prefix + role : role;

    async Task Make(string prefix)
    {
        var (postgres, authAdmin) = ($"{prefix}postgres", $"{prefix}auth_admin");
        var (anon, authenticated, service) = (Name("anon"), Name("authenticated"), Name("service_role"));
        await Database.Execute($"""
            CREATE ROLE {postgres} LOGIN PASSWORD '{Password}' CREATEROLE CREATEDB BYPASSRLS NOSUPERUSER;
            CREATE ROLE {authAdmin} NOLOGIN NOINHERIT;
            {(_ownApiRoles
                ? $"CREATE ROLE {anon} NOLOGIN; CREATE ROLE {authenticated} NOLOGIN; CREATE ROLE {service} NOLOGIN BYPASSRLS;"
                : $"GRANT batchbus_api, batchbus_ingest TO {postgres} WITH ADMIN OPTION;" /* as if it had made them itself, for PostgreSQL 16 and newer */)}
            GRANT {anon}, {authenticated}, {service} TO {postgres} WITH ADMIN OPTION;
            ALTER DATABASE "{Database.Name}" OWNER TO {postgres};
            CREATE SCHEMA auth AUTHORIZATION {authAdmin};
            GRANT USAGE ON SCHEMA auth TO {postgres}, {anon}, {authenticated}, {service};
            CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
            ALTER TABLE auth.users OWNER TO {authAdmin};
            CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
              $$ SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
            ALTER FUNCTION auth.uid() OWNER TO {authAdmin};
            CREATE PUBLICATION supabase_realtime;
            ALTER PUBLICATION supabase_realtime OWNER TO {postgres};
            ALTER DEFAULT PRIVILEGES FOR ROLE {postgres} IN SCHEMA public GRANT ALL ON TABLES TO {anon}, {authenticated}, {service};
            ALTER DEFAULT PRIVILEGES FOR ROLE {postgres} IN SCHEMA public GRANT ALL ON FUNCTIONS TO {anon}, {authenticated}, {service};
            ALTER DEFAULT PRIVILEGES FOR ROLE {postgres} IN SCHEMA public GRANT ALL ON SEQUENCES TO {anon}, {authenticated}, {service};
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(TestServers.Postgres) { Pooling = false });
        // The memberships that it granted go first; PostgreSQL 16 and newer remember who did.
        await using var find = server.CreateCommand(
            "SELECT format('DROP OWNED BY %1$s; DROP ROLE %1$s', string_agg(rolname, ', ')) FROM pg_roles WHERE starts_with(rolname, $1)");
        find.Parameters.Add(new NpgsqlParameter { Value = _prefix });
        await using var drop = server.CreateCommand((string)(await find.ExecuteScalarAsync())!);
        await drop.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"\b(anon|authenticated|service_role|batchbus_api|batchbus_ingest)\b")]
    private static partial Regex Roles();
}
