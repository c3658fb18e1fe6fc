using Npgsql;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>The catalog says what <see cref="TableRules"/> say, table by table and role by role.</summary>
public sealed class GrantTests(TwoOwners owners) : IClassFixture<TwoOwners>
{
    [Fact]
    public async Task Every_table_is_in_the_rules_and_has_row_level_security_forced()
    {
        var tables = await owners.Database.Column<string>("""
            SELECT relname || CASE WHEN relkind NOT IN ('r', 'p') THEN ' is no table' WHEN relrowsecurity AND relforcerowsecurity THEN '' ELSE ' without forced RLS' END
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
            """);
        Assert.Equal(TableRules.All.Keys.Order(StringComparer.Ordinal), tables.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_role_has_the_rights_in_the_rules_and_no_other()
    {
        foreach (var (table, rule) in TableRules.All)
            Assert.Equal((table, string.Join('\n', rule.Rights)), (table, string.Join('\n', await Rights(table))));
    }

    [Fact]
    public async Task Every_table_has_rows_of_both_owners_to_look_for()
    {
        foreach (var (table, rule) in TableRules.All)
        {
            var rows = await owners.Database.Scalar<long>($"SELECT count({(rule.Owner is null ? "*" : $"DISTINCT {rule.Owner}")}) FROM public.{table}");
            Assert.True(rows == (rule.Owner is null ? 1 : 2), $"{table} has {rows}: TwoOwners must fill it.");
        }
    }

    // TRUNCATE, REFERENCES and TRIGGER are looked for as well: TRUNCATE does not ask row-level security.
    Task<List<string>> Rights(string table) => owners.Database.Column<string>("""
        SELECT role || ': ' || string_agg(right_, ', ' ORDER BY position) FROM (
          SELECT role, position, CASE
            WHEN has_table_privilege(role, c.oid, verb) THEN verb
            WHEN position <= 3 THEN verb || ' (' || (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
              WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND has_column_privilege(role, c.oid, attnum, verb)) || ')'
            END AS right_
          FROM pg_class c,
            unnest(ARRAY['anon', 'authenticated', 'batchbus_api', 'batchbus_ingest', 'service_role']) AS role,
            unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) WITH ORDINALITY AS v (verb, position)
          WHERE c.oid = ('public.' || $1)::regclass) all_rights
        WHERE right_ IS NOT NULL GROUP BY role ORDER BY role
        """, table);

    [Theory]
    [InlineData("authenticated", "api_key_ciphertext")]
    [InlineData("authenticated", "key_fingerprint")]
    [InlineData("service_role", "api_key_ciphertext")]
    [InlineData("service_role", "key_fingerprint")]
    [InlineData("anon", "api_key_ciphertext")]
    [InlineData("batchbus_ingest", "api_key_ciphertext")]
    public async Task Only_Api_reads_what_is_left_of_a_key(string role, string column)
    {
        Assert.Null(await owners.Try(role, owners.A.OwnerId, $"SELECT count({column}) FROM whop_connections"));
        Assert.Equal(2, await owners.Try("batchbus_api", null, $"SELECT count({column}) FROM whop_connections"));
    }

    [Fact]
    public async Task The_whole_row_of_a_connection_is_refused_even_to_its_owner()
    {
        var e = await Assert.ThrowsAsync<PostgresException>(() => owners.As("authenticated", owners.A.OwnerId, async connection =>
        {
            await using var command = new NpgsqlCommand("SELECT * FROM whop_connections", connection);
            return await command.ExecuteScalarAsync();
        }));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, e.SqlState);
    }
}
