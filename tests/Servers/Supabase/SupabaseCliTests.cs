using BatchBus.Database;

namespace BatchBus.Tests.Servers.Supabase;

/// <summary><c>supabase db push</c> and <c>batchbus migrate</c> apply the same files, keep one history and go on where the other stopped.</summary>
public sealed class SupabaseCliTests(SupabaseCli cli) : IClassFixture<SupabaseCli>
{
    const string NothingToDo = "Remote database is up to date";

    [Fact]
    public Task It_fills_an_empty_database_and_then_neither_tool_finds_anything_to_do() => MigratedDatabase.Alone(async () =>
    {
        await using var database = await TestDatabase.Create();
        var said = await cli.Push(database.ConnectionString);
        foreach (var migration in Migration.All) Assert.Contains($"{migration.Version}_{migration.Name}.sql", said, StringComparison.Ordinal);

        Assert.Empty(await Migrate(database.ConnectionString));
        Assert.Contains(NothingToDo, await cli.Push(database.ConnectionString), StringComparison.Ordinal);

        await using var migrated = await TestDatabase.Create();
        await Migrate(migrated.ConnectionString);
        Assert.Equal(await Catalog.Schema(migrated), await Catalog.Schema(database));
    });

    [Fact]
    public Task It_finds_nothing_to_do_where_batchbus_has_migrated() => MigratedDatabase.Alone(async () =>
    {
        await using var database = await TestDatabase.Create();
        await Migrate(database.ConnectionString);
        Assert.Contains(NothingToDo, await cli.Push(database.ConnectionString), StringComparison.Ordinal);
    });

    [Fact]
    public Task It_goes_on_where_batchbus_stopped_and_the_other_way_round() => MigratedDatabase.Alone(async () =>
    {
        // This one's work bears being done twice.
        const string version = "20261124000003", forget = "DELETE FROM supabase_migrations.schema_migrations WHERE version = $1";
        await using var database = await TestDatabase.Create();
        await cli.Push(database.ConnectionString);
        await database.Execute(forget, version);
        Assert.Equal($"{version}_least_rights", Assert.Single(await Migrate(database.ConnectionString)));
        await database.Execute(forget, version);
        await cli.Push(database.ConnectionString, "--include-all");
        Assert.Empty(await Migrate(database.ConnectionString));
    });

    [Fact]
    public Task It_needs_no_superuser_on_a_database_like_Supabases() => MigratedDatabase.Alone(async () =>
    {
        await using var project = await SupabaseLikeDatabase.Create();
        await cli.Push(project.AsPostgres);
        Assert.Empty(await Migrate(project.AsPostgres));
    });

    static Task<IReadOnlyList<string>> Migrate(string connectionString) => new MigrationRunner(connectionString).Apply(TestContext.Current.CancellationToken);
}
