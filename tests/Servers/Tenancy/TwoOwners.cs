using Npgsql;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>A database in which two owners have a row in every table, and questions to it as any role.</summary>
public sealed class TwoOwners : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public SeededJob A { get; private set; } = null!;

    public SeededJob B { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await MigratedDatabase.Create();
        A = await Seed();
        B = await Seed();
        await Database.Execute("""
            INSERT INTO batch_processing_workers VALUES (gen_random_uuid(), 'Fetcher', 'host', '1', 'active', now(), now(), 1, 0, 0, 0, 1, interval '1 s');
            INSERT INTO batch_processing_stats (date) VALUES (current_date);
            INSERT INTO audience_deletions (audience_id) VALUES (gen_random_uuid());
            INSERT INTO inbox (message_id, consumer_id) VALUES (gen_random_uuid(), gen_random_uuid());
            INSERT INTO outbox (message_id, content_type, message_type, clr_type, body, sent_time) VALUES (gen_random_uuid(), 't', 't', 't', '{}', now());
            """);
    }

    public ValueTask DisposeAsync() => Database?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<SeededJob> Seed()
    {
        var job = await SeededJob.Insert(Database);
        await Database.Execute("INSERT INTO audience_members (audience_id, email, whop_member_id) VALUES ($1, 'a@example.com', 'mber_1')", job.AudienceId);
        await Database.Execute("INSERT INTO batch_processing_pages (job_id, page_number, members, is_last) VALUES ($1, 1, 1, false)", job.JobId);
        await Database.Execute("INSERT INTO batch_processing_progress (job_id, pages_ingested, members_fetched, inserted) VALUES ($1, 1, 1, 1)", job.JobId);
        await Database.Execute("INSERT INTO batch_processing_windows (job_id, number) VALUES ($1, 0)", job.JobId);
        await Database.Execute("INSERT INTO batch_processing_history (job_id, status) VALUES ($1, 'processing')", job.JobId);
        return job;
    }

    /// <summary>Does something as a role, for a user if one is given, and takes it back.</summary>
    public async Task<T> As<T>(string role, Guid? user, Func<NpgsqlConnection, Task<T>> action)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var become = new NpgsqlCommand("SELECT set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", connection);
        become.Parameters.Add(new NpgsqlParameter { Value = role });
        become.Parameters.Add(new NpgsqlParameter { Value = user is { } id ? $$"""{"sub":"{{id}}","role":"{{role}}"}""" : "{}" });
        await become.ExecuteNonQueryAsync();
        return await action(connection);
    }

    /// <summary>How many rows a statement touches or the number that it selects; null when it is refused.</summary>
    public Task<long?> Try(string role, Guid? user, string sql) => As(role, user, async connection =>
    {
        await using var command = new NpgsqlCommand(sql, connection);
        try
        {
            return sql.StartsWith("SELECT", StringComparison.Ordinal) ? (long?)(long)(await command.ExecuteScalarAsync())! : await command.ExecuteNonQueryAsync();
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            return null;
        }
    });
}
