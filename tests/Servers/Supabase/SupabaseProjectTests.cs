using BatchBus.Database;
using Npgsql;

namespace BatchBus.Tests.Servers.Supabase;

/// <summary>The migrations on a database like Supabase's: they add, and change nothing that is there.</summary>
public sealed class SupabaseProjectTests : IAsyncLifetime
{
    SupabaseLikeDatabase _project = null!;

    public async ValueTask InitializeAsync() => _project = await SupabaseLikeDatabase.Create(ownApiRoles: true);

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task What_is_Supabases_stays_as_it_was()
    {
        var before = await Catalog.OfSupabase(_project);
        await _project.Migrate();
        Assert.Equal(before, await Catalog.OfSupabase(_project));
    }

    [Fact]
    public async Task The_queue_and_its_progress_are_published_and_nothing_else()
    {
        await _project.Migrate();
        Assert.Equal(["batch_processing_progress", "batch_processing_queue"], await _project.Database.Column<string>(
            "SELECT tablename::text FROM pg_publication_tables WHERE pubname = 'supabase_realtime' ORDER BY 1"));
    }

    [Fact]
    public async Task The_login_roles_are_made_without_a_password_and_without_a_superuser()
    {
        await _project.Migrate();
        Assert.Equal([$"{_project.Name("batchbus_api")} login", $"{_project.Name("batchbus_ingest")} login"], await _project.Database.Column<string>("""
            SELECT rolname || CASE WHEN rolcanlogin THEN ' login' ELSE '' END || CASE WHEN rolinherit THEN ' inherit' ELSE '' END
              || CASE WHEN rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb THEN ' more' ELSE '' END || CASE WHEN rolpassword IS NULL THEN '' ELSE ' password' END
            FROM pg_authid WHERE rolname = ANY ($1) ORDER BY 1
            """, new object[] { new[] { _project.Name("batchbus_api"), _project.Name("batchbus_ingest") } }));
    }

    [Fact]
    public async Task The_default_privileges_leave_nothing_open()
    {
        await _project.Migrate();
        Assert.Empty(await _project.Database.Column<string>("""
            SELECT c.oid::regclass || ' ' || role || ' ' || verb FROM pg_class c, unnest($1) role, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) verb
              WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_table_privilege(role, c.oid, verb)
            UNION ALL SELECT c.oid::regclass || ' ' || role FROM pg_class c, unnest($1) role
              WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND has_sequence_privilege(role, c.oid, 'USAGE, SELECT, UPDATE')
            UNION ALL SELECT p.oid::regprocedure || ' ' || role FROM pg_proc p, unnest($1) role
              WHERE pronamespace = 'public'::regnamespace AND has_function_privilege(role, p.oid, 'EXECUTE')
            """, new object[] { _project.ApiRoles }));
        Assert.Empty(await _project.Database.Column<string>(
            "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_any_column_privilege($1, oid, 'SELECT')",
            _project.Name("anon")));
    }

    [Fact]
    public async Task A_user_adds_an_audience_and_a_job_there_and_sees_no_others()
    {
        await _project.Migrate();
        var mine = await SeededJob.Insert(_project.Database);
        await SeededJob.Insert(_project.Database);
        await _project.Database.Execute("UPDATE batch_processing_queue SET status = 'completed', completed_at = now()");

        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_project.AsPostgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($$"""
            SET request.jwt.claims = '{"sub":"{{mine.OwnerId}}"}';
            SET ROLE {{_project.Name("authenticated")}};
            INSERT INTO batch_processing_queue (audience_id, connection_id) VALUES ('{{mine.AudienceId}}', '{{mine.ConnectionId}}');
            SELECT string_agg(status, ' ' ORDER BY status) FROM batch_processing_queue
            """, connection);
        Assert.Equal("completed pending", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public Task Without_Supabase_no_superuser_is_needed_either() => MigratedDatabase.Alone(async () =>
    {
        await using var plain = await SupabaseLikeDatabase.Create();
        await plain.Database.Execute("DROP PUBLICATION supabase_realtime; DROP SCHEMA auth CASCADE");
        await new MigrationRunner(plain.AsPostgres).Apply(TestContext.Current.CancellationToken);
        await LoginRoles.SetPasswords(plain.AsPostgres, MigratedDatabase.Password, MigratedDatabase.Password, TestContext.Current.CancellationToken);
        await using var api = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(plain.Database.As(LoginRoles.Api, MigratedDatabase.Password)) { Pooling = false });
        await SchemaHistory.EnsureCurrent(api, TestContext.Current.CancellationToken);
    });
}
