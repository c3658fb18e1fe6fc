using Npgsql;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>What an app may insert with SQL, as its user: an audience and a job, of that user's own.</summary>
public sealed class OwnInsertTests(TwoOwners owners) : IClassFixture<TwoOwners>
{
    [Fact]
    public async Task Ones_own_audience_and_job_are_taken_and_are_ones_own_without_saying_so()
    {
        var row = await Insert(owners.A.OwnerId, $"""
            WITH audience AS (INSERT INTO audiences (connection_id, name) VALUES ('{owners.A.ConnectionId}', 'mine') RETURNING id, owner_id)
            SELECT owner_id::text FROM audience
            """);
        Assert.Equal(owners.A.OwnerId.ToString(), row);

        await End(owners.A);
        var job = await Insert(owners.A.OwnerId, $"""
            INSERT INTO batch_processing_queue (audience_id, connection_id, priority) VALUES ('{owners.A.AudienceId}', '{owners.A.ConnectionId}', 'high')
            RETURNING owner_id || ' ' || status || ' ' || priority
            """);
        Assert.Equal($"{owners.A.OwnerId} pending high", job);
    }

    [Fact]
    public async Task An_audience_on_somebody_elses_connection_is_refused() => await Refused(PostgresErrorCodes.ForeignKeyViolation,
        $"INSERT INTO audiences (connection_id, name) VALUES ('{owners.B.ConnectionId}', 'theirs')");

    [Fact]
    public async Task An_audience_in_somebody_elses_name_is_refused() => await Refused(PostgresErrorCodes.InsufficientPrivilege,
        $"INSERT INTO audiences (owner_id, connection_id, name) VALUES ('{owners.B.OwnerId}', '{owners.B.ConnectionId}', 'theirs')");

    [Fact]
    public async Task A_job_for_somebody_elses_audience_is_refused()
    {
        await End(owners.B);
        await Refused(PostgresErrorCodes.ForeignKeyViolation,
            $"INSERT INTO batch_processing_queue (audience_id, connection_id) VALUES ('{owners.B.AudienceId}', '{owners.A.ConnectionId}')");
    }

    [Fact]
    public async Task A_job_with_somebody_elses_connection_is_refused() => await Refused(PostgresErrorCodes.ForeignKeyViolation,
        $"WITH a AS (INSERT INTO audiences (connection_id, name) VALUES ('{owners.A.ConnectionId}', 'mine') RETURNING id) "
        + $"INSERT INTO batch_processing_queue (audience_id, connection_id) SELECT id, '{owners.B.ConnectionId}' FROM a");

    [Fact]
    public async Task A_job_with_another_connection_than_its_audiences_is_refused()
    {
        await End(owners.A);
        var other = await owners.Database.Scalar<Guid>("""
            INSERT INTO whop_connections (owner_id, company_id, label, api_key_ciphertext, key_fingerprint) VALUES ($1, 'biz_other', 'other', 'v1.none.none', 'other') RETURNING id
            """, owners.A.OwnerId);
        await Refused(PostgresErrorCodes.ForeignKeyViolation, $"INSERT INTO batch_processing_queue (audience_id, connection_id) VALUES ('{owners.A.AudienceId}', '{other}')");
        await owners.Database.Execute("DELETE FROM whop_connections WHERE id = $1", other);
    }

    [Fact]
    public async Task A_job_in_somebody_elses_name_is_refused() => await Refused(PostgresErrorCodes.InsufficientPrivilege,
        $"INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id) VALUES ('{owners.B.OwnerId}', '{owners.B.AudienceId}', '{owners.B.ConnectionId}')");

    [Fact]
    public async Task Without_a_user_nothing_is_taken() => await Refused(PostgresErrorCodes.InsufficientPrivilege,
        $"INSERT INTO audiences (connection_id, name) VALUES ('{owners.A.ConnectionId}', 'nobody''s')", nobody: true);

    [Theory]
    [InlineData("status", "'processing'")]
    [InlineData("cursor", "'x'")]
    [InlineData("pages_fetched", "0")]
    [InlineData("max_retries", "1000")]
    [InlineData("idempotency_key", "'k'")]
    [InlineData("created_at", "'2000-01-01'")]
    [InlineData("resume_at", "now()")]
    public async Task The_sagas_columns_cannot_be_set(string column, string value) => await Refused(PostgresErrorCodes.InsufficientPrivilege,
        $"INSERT INTO batch_processing_queue (audience_id, connection_id, {column}) VALUES ('{owners.A.AudienceId}', '{owners.A.ConnectionId}', {value})");

    [Theory]
    [InlineData("whop_connections", "company_id, label, key_fingerprint", "'biz_x', 'x', 'x'")]
    [InlineData("audience_members", "audience_id, email, whop_member_id", "'{audience}', 'b@example.com', 'm'")]
    [InlineData("batch_processing_pages", "job_id, page_number, members, is_last", "'{job}', 2, 0, true")]
    [InlineData("batch_processing_progress", "job_id", "'{job}'")]
    public async Task Other_tables_take_nothing(string table, string columns, string values) => await Refused(PostgresErrorCodes.InsufficientPrivilege,
        $"INSERT INTO {table} ({columns}) VALUES ({values})"
            .Replace("{audience}", owners.A.AudienceId.ToString(), StringComparison.Ordinal).Replace("{job}", owners.A.JobId.ToString(), StringComparison.Ordinal));

    // A seeded audience has an active job, and there is room for one; it ends as the saga would end it.
    Task<int> End(SeededJob job) => owners.Database.Execute("UPDATE batch_processing_queue SET status = 'completed', completed_at = now() WHERE id = $1", job.JobId);

    async Task Refused(string sqlState, string sql, bool nobody = false)
    {
        var e = await Assert.ThrowsAsync<PostgresException>(() => Insert(nobody ? null : owners.A.OwnerId, sql));
        Assert.True(sqlState == e.SqlState, $"{e.SqlState}: {e.MessageText}");
    }

    Task<string?> Insert(Guid? user, string sql) => owners.As("authenticated", user, async connection =>
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    });
}
