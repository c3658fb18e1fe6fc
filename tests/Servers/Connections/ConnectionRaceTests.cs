using System.Net;
using BatchBus.Secrets;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Tests.Servers.Connections;

/// <summary>
/// Requests that meet in the same moment. A lock on the row holds their last step back until all of them stand before it; then it is let go.
/// </summary>
public sealed class ConnectionRaceTests(ApiAlone fixture) : IClassFixture<ApiAlone>
{
    readonly TestApp _app = fixture.Stack.App();

    TestDatabase Database => fixture.Stack.Database;

    [Fact]
    public async Task The_same_key_connected_several_times_at_once_is_stored_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _app.Post("/api/connections", new { companyId = "biz_race_10", apiKey = "sim_biz_race_10" })));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(1, await Database.Scalar<long>("SELECT count(*) FROM whop_connections WHERE owner_id = $1", _app.User));
    }

    [Fact]
    public async Task Of_two_new_keys_one_is_stored_and_the_other_is_told()
    {
        var connection = await _app.Connect("biz_two_10");
        string[] keys = ["sim_biz_two_10.a", "sim_biz_two_10.b"];
        var answers = await AtOnce(connection, [.. keys.Select(key => (Func<Task<HttpResponseMessage>>)(() => ApiAlone.PutKey(_app, connection, key)))]);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
        var stored = keys[Array.FindIndex(answers, answer => answer.StatusCode == HttpStatusCode.OK)];
        Assert.Equal(stored, Cipher.Decrypt(await Database.Scalar<string>("SELECT api_key_ciphertext FROM whop_connections WHERE id = $1", connection), connection));
        Assert.Equal(ApiKeyCipher.Fingerprint(stored), await Database.Scalar<string>("SELECT key_fingerprint FROM whop_connections WHERE id = $1", connection));
    }

    [Fact]
    public async Task The_same_new_key_sent_twice_is_no_conflict()
    {
        var connection = await _app.Connect("biz_double_10");
        Task<HttpResponseMessage> Put() => ApiAlone.PutKey(_app, connection, "sim_biz_double_10.new");
        Assert.All(await AtOnce(connection, Put, Put), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task A_new_key_does_not_bring_back_a_connection_that_is_being_deleted()
    {
        var connection = await _app.Connect("biz_ghost_10");
        var answers = await AtOnce(connection, () => ApiAlone.Delete(_app, connection), () => ApiAlone.PutKey(_app, connection, "sim_biz_ghost_10.new"));
        Assert.Equal(HttpStatusCode.NoContent, answers[0].StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, answers[1].StatusCode);
        Assert.True(await Database.Scalar<bool>("SELECT deleted_at IS NOT NULL AND api_key_ciphertext IS NULL FROM whop_connections WHERE id = $1", connection));
    }

    [Fact]
    public async Task A_connection_is_deleted_once()
    {
        var connection = await _app.Connect("biz_once_10");
        var answers = await AtOnce(connection, () => ApiAlone.Delete(_app, connection), () => ApiAlone.Delete(_app, connection));
        Assert.Equal([HttpStatusCode.NoContent, HttpStatusCode.NotFound], answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task A_job_that_is_being_inserted_is_cancelled_with_the_rest()
    {
        var connection = await _app.Connect("biz_late_10");
        var (audience, job) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var app = new NpgsqlConnection(Database.ConnectionString);
        await app.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await app.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await Execute(app, "INSERT INTO audiences (id, owner_id, connection_id, name) VALUES ($1, $2, $3, 'late')", audience, _app.User, connection);
        await Execute(app, "INSERT INTO batch_processing_queue (id, owner_id, audience_id, connection_id, status) VALUES ($1, $2, $3, $4, 'paused')", job, _app.User, audience, connection);
        var deletion = ApiAlone.Delete(_app, connection);
        await Waiting(1);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, (await deletion).StatusCode);
        await Eventually.True(async () => await Database.Scalar<string>("SELECT status FROM batch_processing_queue WHERE id = $1", job) == "cancelled", "the job to be cancelled");
    }

    [Fact]
    public async Task A_connection_whose_jobs_cannot_be_told_is_not_deleted()
    {
        var job = await SeededJob.Insert(Database, "paused", _app.User);
        await Database.Execute($"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
              IF NEW.body LIKE '%{job.JobId}%' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $f$;
            CREATE TRIGGER refuse BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        Assert.Equal(HttpStatusCode.InternalServerError, (await ApiAlone.Delete(_app, job.ConnectionId)).StatusCode);
        Assert.True(await Database.Scalar<bool>("SELECT deleted_at IS NULL FROM whop_connections WHERE id = $1", job.ConnectionId));
        await Database.Execute("DROP TRIGGER refuse ON outbox");
        Assert.Equal(HttpStatusCode.NoContent, (await ApiAlone.Delete(_app, job.ConnectionId)).StatusCode);
    }

    ApiKeyCipher Cipher => new(Options.Create(new SecretsOptions { MasterKey = fixture.Stack.MasterKey }));

    /// <summary>Starts the requests one after the other, each when the one before stands at the lock, and lets them all go.</summary>
    async Task<HttpResponseMessage[]> AtOnce(Guid connection, params Func<Task<HttpResponseMessage>>[] requests)
    {
        await using var holder = new NpgsqlConnection(Database.ConnectionString);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await Execute(holder, "SELECT FROM whop_connections WHERE id = $1 FOR UPDATE", connection);
        var running = new List<Task<HttpResponseMessage>>();
        foreach (var request in requests)
        {
            running.Add(request());
            await Waiting(running.Count);
        }
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return await Task.WhenAll(running);
    }

    Task Waiting(int count) => Eventually.True(async () => await Database.Scalar<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'batchbus_api' AND wait_event_type = 'Lock'") == count,
        $"{count} requests to stand at the lock");

    static async Task Execute(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var p in parameters) command.Parameters.Add(new NpgsqlParameter { Value = p });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
