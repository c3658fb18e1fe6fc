using BatchBus.Database;
using Npgsql;

namespace BatchBus.Tests.Servers.Schema;

public sealed class MigrationTests : IAsyncLifetime
{
    TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await MigratedDatabase.Create();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Migrating_twice_does_nothing_the_second_time() => Assert.Empty(await Migrate());

    [Fact]
    public async Task Two_that_migrate_at_once_do_it_once()
    {
        await _database.Execute("DELETE FROM supabase_migrations.schema_migrations WHERE version = '20261123000002'; DROP TABLE inbox, outbox");
        var applied = await Task.WhenAll(Migrate(), Migrate(), Migrate());
        Assert.Equal("20261123000002_delivery", Assert.Single(applied.SelectMany(names => names)));
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_had_been_applied_is_refused()
    {
        await _database.Execute("UPDATE supabase_migrations.schema_migrations SET statements = ARRAY['SELECT 1'] WHERE version = '20261123000001'");
        var e = await Assert.ThrowsAsync<MigrationException>(Migrate);
        Assert.Contains("20261123000001_tables was changed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_statements_kept_one_by_one_are_no_change()
    {
        await _database.Execute("""
            UPDATE supabase_migrations.schema_migrations SET statements = string_to_array(statements[1], E';\n') WHERE version = '20261123000001'
            """);
        Assert.Empty(await Migrate());
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind()
    {
        await using var empty = await TestDatabase.Create();
        await empty.Execute("CREATE TABLE public.batch_processing_stats (in_the_way int)");
        await Assert.ThrowsAsync<MigrationException>(() => new MigrationRunner(empty.ConnectionString).Apply(TestContext.Current.CancellationToken));
        Assert.False(await empty.Scalar<bool>("SELECT to_regclass('public.audiences') IS NOT NULL"));
        Assert.Equal(0, await empty.Scalar<long>("SELECT count(*) FROM supabase_migrations.schema_migrations"));
    }

    [Theory]
    [InlineData(LoginRoles.Api)]
    [InlineData(LoginRoles.Ingest)]
    public async Task A_service_finds_out_that_the_schema_is_too_old(string role)
    {
        await using var source = NpgsqlDataSource.Create(_database.As(role, MigratedDatabase.Password));
        await SchemaHistory.EnsureCurrent(source, TestContext.Current.CancellationToken);
        await _database.Execute("DELETE FROM supabase_migrations.schema_migrations WHERE version = '20261123000003'");
        var e = await Assert.ThrowsAsync<MigrationException>(() => SchemaHistory.EnsureCurrent(source, TestContext.Current.CancellationToken));
        Assert.Contains("batchbus migrate", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_table_has_row_level_security_forced_and_a_comment_that_names_its_writer()
    {
        var without = await _database.Column<string>("""
            SELECT relname::text FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
              AND NOT (relrowsecurity AND relforcerowsecurity AND obj_description(oid) LIKE 'Writer: %')
            """);
        Assert.Empty(without);
    }

    [Theory]
    [InlineData("SELECT COUNT(*) FROM batch_processing_queue WHERE status = 'pending'")]
    [InlineData("SELECT * FROM batch_processing_workers WHERE status = 'active'")]
    [InlineData("SELECT * FROM batch_processing_stats ORDER BY date DESC LIMIT 7")]
    [InlineData("SELECT * FROM batch_processing_queue ORDER BY created_at DESC LIMIT 10")]
    public async Task The_queries_that_people_know_work_as_they_stand(string sql) => Assert.Equal(-1, await _database.Execute(sql));

    [Fact]
    public async Task Totals_that_do_not_add_up_are_refused()
    {
        var job = await SeededJob.Insert(_database);
        var e = await Assert.ThrowsAsync<PostgresException>(() => _database.Execute(
            "INSERT INTO batch_processing_progress (job_id, pages_ingested, members_fetched, inserted) VALUES ($1, 1, 100, 99)", job.JobId));
        Assert.Equal("every_member_accounted_for", e.ConstraintName);
    }

    Task<IReadOnlyList<string>> Migrate() => new MigrationRunner(_database.ConnectionString).Apply(TestContext.Current.CancellationToken);
}
