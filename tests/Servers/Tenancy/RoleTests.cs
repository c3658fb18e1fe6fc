using BatchBus.Database;
using Npgsql;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>The services log in with the least that they need, and nothing in the schema lends anybody more.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await MigratedDatabase.Create();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(LoginRoles.Api, "authenticated, service_role")]
    [InlineData(LoginRoles.Ingest, "")]
    public Task A_login_role_has_no_attribute_no_table_and_no_membership_beyond_its_work(string role, string memberOf) => MigratedDatabase.Alone(async () =>
    {
        Assert.Equal("login", await _database.Scalar<string>("""
            SELECT concat_ws(' ', CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolinherit THEN 'inherit' END, CASE WHEN rolsuper THEN 'superuser' END,
              CASE WHEN rolbypassrls THEN 'bypassrls' END, CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolcreatedb THEN 'createdb' END,
              CASE WHEN rolreplication THEN 'replication' END)
            FROM pg_roles WHERE rolname = $1
            """, role));
        Assert.Equal(memberOf, await _database.Scalar<string>("""
            SELECT coalesce(string_agg(DISTINCT roleid::regrole || CASE WHEN admin_option THEN ' with admin' ELSE '' END, ', '), '')
            FROM pg_auth_members WHERE member = $1::text::regrole
            """, role));
        Assert.Equal(0, await _database.Scalar<long>("SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = $1::text::regrole", role));
        Assert.False(await _database.Scalar<bool>("SELECT has_schema_privilege($1, 'public', 'CREATE') OR has_database_privilege($1, current_database(), 'CREATE')", role));
    });

    [Fact]
    public async Task Api_becomes_a_user_or_the_operator_and_nobody_else()
    {
        Assert.Equal("authenticated", await SetRole(LoginRoles.Api, "authenticated"));
        Assert.Equal("service_role", await SetRole(LoginRoles.Api, "service_role"));
        foreach (var other in (string[])["batchbus_ingest", "pg_read_all_data", new NpgsqlConnectionStringBuilder(_database.ConnectionString).Username!])
            await Assert.ThrowsAsync<PostgresException>(() => SetRole(LoginRoles.Api, other));
        foreach (var other in (string[])["authenticated", "service_role", "anon", "batchbus_api"])
            await Assert.ThrowsAsync<PostgresException>(() => SetRole(LoginRoles.Ingest, other));
    }

    [Fact]
    public async Task The_functions_are_these_and_nobody_may_call_them()
    {
        var functions = await _database.Column<string>("""
            SELECT p.oid::regprocedure || CASE WHEN prosecdef THEN ' SECURITY DEFINER' ELSE '' END
              || CASE WHEN 'search_path=""' = ANY (proconfig) THEN '' ELSE ' without a search_path' END
              || coalesce((SELECT string_agg(' callable by ' || role, '') FROM unnest(ARRAY['anon', 'authenticated', 'service_role', 'batchbus_api', 'batchbus_ingest']) role
                   WHERE has_function_privilege(role, p.oid, 'EXECUTE')), '')
            FROM pg_proc p WHERE pronamespace = 'public'::regnamespace ORDER BY 1
            """);
        // The second looks, for whoever inserts an audience, into a list that nobody but Api sees; it answers with nothing but a refusal.
        Assert.Equal(["batchbus_delete_members()", "batchbus_keep_history()", "batchbus_refuse_deleted_audience() SECURITY DEFINER", "batchbus_wake_admission()"], functions);
    }

    [Fact]
    public async Task No_role_may_use_a_sequence() => Assert.Empty(await _database.Column<string>("""
        SELECT c.oid::regclass || ' ' || role FROM pg_class c, unnest(ARRAY['anon', 'authenticated', 'service_role', 'batchbus_api', 'batchbus_ingest']) role
        WHERE relkind = 'S' AND has_sequence_privilege(role, c.oid, 'USAGE, SELECT, UPDATE')
        """));

    [Fact]
    public void No_password_stands_in_a_migration()
    {
        foreach (var migration in Migration.All)
            Assert.DoesNotContain("password", Migration.Essence(migration.Sql), StringComparison.OrdinalIgnoreCase);
    }

    async Task<string> SetRole(string login, string role)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database.As(login, MigratedDatabase.Password)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"SET ROLE {role}; SELECT current_user::text", connection);
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
