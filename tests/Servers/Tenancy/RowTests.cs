namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>Which rows of every table each role sees and changes.</summary>
public sealed class RowTests(TwoOwners owners) : IClassFixture<TwoOwners>
{
    [Fact]
    public async Task An_owner_sees_their_own_rows_and_all_of_them()
    {
        foreach (var owner in (Guid[])[owners.A.OwnerId, owners.B.OwnerId])
            foreach (var (table, rule) in TableRules.All)
            {
                var seen = await owners.Try("authenticated", owner, $"SELECT count(*) FROM public.{table}");
                var foreign = rule.Owner is null ? null : await owners.Try("authenticated", owner, $"SELECT count(*) FROM public.{table} WHERE {rule.Owner} IS DISTINCT FROM '{owner}'");
                long? own = rule.Owner is null ? null : await owners.Database.Scalar<long>($"SELECT count(*) FROM public.{table} WHERE {rule.Owner} = '{owner}'");
                Assert.Equal((table, own, rule.Owner is null ? null : 0), (table, seen, foreign));
            }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55")]
    public async Task Who_is_signed_in_as_nobody_or_a_stranger_sees_nothing(string? user)
    {
        foreach (var (table, rule) in TableRules.All)
            Assert.Equal((table, rule.Owner is null ? (long?)null : 0),
                (table, await owners.Try("authenticated", user is null ? null : Guid.Parse(user), $"SELECT count(*) FROM public.{table}")));
    }

    [Theory]
    [InlineData("anon")]
    [InlineData("service_role")]
    [InlineData("batchbus_api")]
    [InlineData("batchbus_ingest")]
    public async Task Another_role_sees_all_rows_or_is_refused(string role)
    {
        foreach (var table in TableRules.All.Keys)
            Assert.Equal((table, await Expected(table, role, "SELECT")), (table, await owners.Try(role, owners.A.OwnerId, $"SELECT count(*) FROM public.{table}")));
    }

    [Theory]
    [InlineData("anon")]
    [InlineData("authenticated")]
    [InlineData("service_role")]
    [InlineData("batchbus_api")]
    [InlineData("batchbus_ingest")]
    public async Task A_role_changes_and_deletes_rows_only_where_the_rules_say(string role)
    {
        foreach (var table in TableRules.All.Keys)
        {
            // The queue's lock for Ingest comes with a right that no row gets through.
            var updates = role == "batchbus_ingest" && table == "batch_processing_queue" ? null : await Expected(table, role, "UPDATE");
            var column = TableRules.Changeable(table, role) ?? await First(table);
            Assert.Equal((table, "UPDATE", updates), (table, "UPDATE", await owners.Try(role, owners.A.OwnerId, $"UPDATE public.{table} SET {column} = {column}")));
            Assert.Equal((table, "DELETE", await Expected(table, role, "DELETE")), (table, "DELETE", await owners.Try(role, owners.A.OwnerId, $"DELETE FROM public.{table}")));
        }
    }

    [Fact]
    public async Task Ingest_locks_a_job_and_cannot_change_it()
    {
        var job = owners.A.JobId;
        Assert.Equal(1, await owners.Try("batchbus_ingest", null, $"SELECT 1::bigint FROM batch_processing_queue WHERE id = '{job}' FOR KEY SHARE"));
        Assert.Null(await owners.Try("batchbus_ingest", null, $"UPDATE batch_processing_queue SET id = id WHERE id = '{job}'"));
        Assert.Null(await owners.Try("batchbus_ingest", null, $"UPDATE batch_processing_queue SET status = 'completed' WHERE id = '{job}'"));
    }

    Task<string> First(string table) => owners.Database.Scalar<string>("""
        SELECT quote_ident(attname) FROM pg_attribute
        WHERE attrelid = ('public.' || $1)::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = '' ORDER BY attnum LIMIT 1
        """, table);

    async Task<long?> Expected(string table, string role, string verb) =>
        TableRules.Allow(table, role, verb) ? await owners.Database.Scalar<long>($"SELECT count(*) FROM public.{table}") : null;
}
