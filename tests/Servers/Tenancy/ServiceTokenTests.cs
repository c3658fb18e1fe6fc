using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>What a service token makes belongs to the user whom it acts for.</summary>
[Collection(Tenants.Collection)]
public sealed class ServiceTokenTests(Tenants tenants)
{
    readonly TestApp _user = tenants.Stack.App();

    [Fact]
    public async Task A_connection_needs_an_owner()
    {
        var (status, answer) = await Send(Service(), "/api/connections", new { companyId = "biz_nobody_10", apiKey = "sim_biz_nobody_10" });
        Assert.Equal(400, status);
        Assert.Contains("needs a sub", answer["errors"]!["sub"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await tenants.Stack.Database.Scalar<long>("SELECT count(*) FROM whop_connections WHERE owner_id = $1", Guid.Empty));
    }

    [Fact]
    public async Task A_connection_belongs_to_the_tokens_user()
    {
        var (status, answer) = await Send(Service(_user.User), "/api/connections", new { companyId = "biz_service_10", apiKey = "sim_biz_service_10" });
        Assert.Equal(201, status);
        Assert.True((await _user.Get($"/api/connections/{answer["id"]}")).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_list_belongs_to_the_connections_owner_and_is_made_once(bool withSub)
    {
        var connection = await _user.Connect("biz_acted_for_10");
        var service = Service(withSub ? Guid.NewGuid() : null);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => BatchList(service, connection, "once", "key")));
        Assert.All(answers, answer => Assert.Equal(202, answer.Status));
        var job = Assert.Single(answers.Select(answer => answer.Answer["jobId"]!.GetValue<Guid>()).Distinct());

        Assert.Equal((202, job), await Job(BatchList(service, connection, "once", "key"))); // also later
        Assert.Equal((202, job), await Job(BatchList(Token(_user.User), connection, "once", "key"))); // the owner's key, whoever sends it
        Assert.Equal(409, (await BatchList(service, connection, "another", "key")).Status);
        Assert.Equal([_user.User], await tenants.Stack.Database.Column<Guid>("""
            SELECT owner_id FROM batch_processing_queue WHERE connection_id = $1 AND audience_id IN (SELECT id FROM audiences WHERE owner_id = $2)
            """, connection, _user.User));
    }

    [Fact]
    public async Task A_key_means_something_else_for_each_user_that_a_service_acts_for()
    {
        var other = tenants.Stack.App();
        var (mine, others) = (await _user.Connect("biz_key_10"), await other.Connect("biz_key_10"));
        var (_, first) = await Job(BatchList(Service(), mine, "list", "shared"));
        var (status, second) = await Job(BatchList(Service(_user.User), others, "list", "shared"));
        Assert.Equal(202, status);
        Assert.NotEqual(first, second);
        Assert.True((await other.Get($"/api/jobs/{second}")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_repeated_request_is_answered_also_when_its_connection_is_deleted()
    {
        var connection = await _user.Connect("biz_gone_10");
        var (_, job) = await Job(BatchList(Token(_user.User), connection, "list", "kept"));
        await _user.Send(new HttpRequestMessage(HttpMethod.Delete, $"/api/connections/{connection}"));
        Assert.Equal((202, job), await Job(BatchList(Token(_user.User), connection, "list", "kept")));
        Assert.Equal(404, (await BatchList(Token(_user.User), connection, "list", "new")).Status);
    }

    [Fact]
    public async Task Another_clash_is_not_taken_for_a_repeated_request()
    {
        await tenants.Stack.Database.Execute("""
            CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE unique_violation USING CONSTRAINT = 'another'; END $$;
            CREATE TRIGGER clash BEFORE INSERT ON audiences FOR EACH ROW WHEN (NEW.name = 'clash') EXECUTE FUNCTION clash();
            """);
        var connection = await _user.Connect("biz_clash_10");
        Assert.Equal(500, (await BatchList(Token(_user.User), connection, "clash", "key")).Status);
        Assert.Equal(202, (await BatchList(Token(_user.User), connection, "no clash", "key")).Status);
    }

    static string Token(Guid user) => TestApp.Token(user);

    static string Service(Guid? user = null) => TestApp.Token(user, role: "service_role");

    static async Task<(int Status, Guid? Job)> Job(Task<(int Status, JsonNode Answer)> request) =>
        await request is var (status, answer) ? (status, answer["jobId"]?.GetValue<Guid>()) : default;

    Task<(int Status, JsonNode Answer)> BatchList(string token, Guid connection, string name, string key) =>
        Send(token, "/api/batch-lists", new { connectionId = connection, name }, key);

    async Task<(int Status, JsonNode Answer)> Send(string token, string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await _user.Send(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
