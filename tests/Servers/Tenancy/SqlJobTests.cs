using BatchBus.Tests.Servers.Stack;
using Npgsql;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>A job that a user asked for with SQL is run like one from the API, and its result is theirs.</summary>
public sealed class SqlJobTests
{
    [Fact]
    public async Task An_audience_and_a_job_inserted_as_the_user_become_the_users_members()
    {
        const string company = "biz_usersql_500";
        await using var stack = await RunningStack.Start(1, 1, ("Admission__Tick", "00:01:00")); // an idle admission is woken by PostgreSQL, not by its clock
        var app = stack.App();
        var connection = await app.Connect(company);
        var (audience, job) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await AsUser(stack, app.User, $"""
            INSERT INTO audiences (id, connection_id, name) VALUES ('{audience}', '{connection}', 'by SQL');
            INSERT INTO batch_processing_queue (id, audience_id, connection_id) VALUES ('{job}', '{audience}', '{connection}');
            SELECT 0::bigint
            """);

        var running = new TestJob(app, stack, job, audience, company);
        await running.Becomes("completed");
        await running.IsExact();

        const string count = "SELECT count(*) FROM audience_members";
        Assert.Equal(await stack.Database.Scalar<long>(count), await AsUser(stack, app.User, count));
        Assert.Equal(0, await AsUser(stack, Guid.NewGuid(), count));
    }

    // As Supabase's API does it: a login that may become its users, for one transaction each.
    static async Task<long> AsUser(RunningStack stack, Guid user, string sql)
    {
        await using var connection = new NpgsqlConnection(stack.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var claims = new NpgsqlCommand("SELECT set_config('request.jwt.claims', $1, true)", connection) { Parameters = { new() { Value = $$"""{"sub":"{{user}}","role":"authenticated"}""" } } };
        await claims.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"SET LOCAL ROLE authenticated; {sql}", connection);
        var result = (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return result;
    }
}
