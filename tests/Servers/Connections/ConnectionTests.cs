using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Secrets;
using BatchBus.Tests.Servers.Http;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Servers.Connections;

public sealed class ConnectionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    readonly TestApp _app = fixture.Stack.App();

    TestDatabase Database => fixture.Stack.Database;

    [Fact]
    public async Task A_new_connection_is_found_where_its_answer_says()
    {
        using var answer = await _app.Post("/api/connections", new { companyId = "biz_located_10", apiKey = " sim_biz_located_10 " });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var connection = await TestApp.Json(await _app.Get(answer.Headers.Location!.ToString()));
        Assert.Equal(["id", "companyId", "label", "createdAt", "updatedAt"], connection.AsObject().Select(field => field.Key));
        Assert.Equal("biz_located_10", connection["label"]!.GetValue<string>());
        Assert.Equal("sim_biz_located_10", await StoredKey(connection["id"]!.GetValue<Guid>()));
    }

    [Fact]
    public async Task Connections_are_listed_newest_first_page_by_page_without_the_deleted()
    {
        var created = new List<Guid>();
        for (var i = 0; i < 6; i++) created.Add(await _app.Connect($"biz_listed{i}_10"));
        var toTheDeleted = (await List("limit=4")).Next;
        await Delete(created[2]);

        // A page may begin after a connection that is deleted by now.
        Assert.Equal([created[1], created[0]], (await List($"limit=50&before={toTheDeleted}")).Items);
        Assert.Null((await List("limit=5")).Next); // a full page, and the last
        var listed = new List<Guid>();
        for (var next = ""; next is not null;)
        {
            var page = await List($"limit=2{next}");
            listed.AddRange(page.Items);
            next = page.Next is { } before ? $"&before={before}" : null;
        }
        Assert.Equal([created[5], created[4], created[3], created[1], created[0]], listed);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("before=17", "before")]
    public async Task A_wrong_parameter_is_named(string query, string named)
    {
        using var answer = await _app.Get($"/api/connections?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(named, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_connection_is_not_found_and_stays_as_it_is()
    {
        var id = await _app.Connect("biz_mine_10");
        var other = fixture.Stack.App();
        Assert.Equal(HttpStatusCode.NotFound, (await other.Get($"/api/connections/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PutKey(other, id, "sim_biz_mine_10.new")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Delete(id, other)).StatusCode);
        Assert.Empty((await List("limit=50", other)).Items);
        Assert.Equal("sim_biz_mine_10", await StoredKey(id));
    }

    [Fact]
    public async Task The_service_role_may_act_on_everybodys()
    {
        var id = await _app.Connect("biz_serviced_10");
        Assert.Contains(id, (await List("limit=200", role: "service_role")).Items);
        Assert.Equal(HttpStatusCode.OK, (await PutKey(_app, id, "sim_biz_serviced_10.new", "service_role")).StatusCode);
        Assert.Equal("sim_biz_serviced_10.new", await StoredKey(id));
        Assert.Equal(HttpStatusCode.NoContent, (await Send(_app, HttpMethod.Delete, $"/api/connections/{id}", null, "service_role")).StatusCode);
    }

    [Fact]
    public async Task A_replaced_key_is_encrypted_anew_with_its_fingerprint_and_time()
    {
        var id = await _app.Connect("biz_replaced_10");
        var before = await TestApp.Json(await _app.Get($"/api/connections/{id}"));
        var after = await TestApp.Json(await PutKey(_app, id, "sim_biz_replaced_10.new"));
        Assert.Equal("sim_biz_replaced_10.new", await StoredKey(id));
        Assert.Equal(ApiKeyCipher.Fingerprint("sim_biz_replaced_10.new"), await Database.Scalar<string>("SELECT key_fingerprint FROM whop_connections WHERE id = $1", id));
        Assert.True(Time(after, "updatedAt") > Time(before, "updatedAt"), $"{before} {after}");
        Assert.Equal(Time(before, "createdAt"), Time(after, "createdAt"));
        // The old key is free again.
        await _app.Connect("biz_replaced_10");
    }

    [Fact]
    public async Task A_key_of_another_connection_of_the_owner_is_a_conflict()
    {
        var first = await _app.Connect("biz_pair_10");
        var second = (await TestApp.Json(await _app.Post("/api/connections", new { companyId = "biz_pair_10", apiKey = "sim_biz_pair_10.second" })))["id"]!.GetValue<Guid>();
        Assert.Equal(HttpStatusCode.Conflict, (await PutKey(_app, second, "sim_biz_pair_10")).StatusCode);
        Assert.Equal("sim_biz_pair_10.second", await StoredKey(second));
        Assert.Equal(HttpStatusCode.OK, (await PutKey(_app, first, "sim_biz_pair_10")).StatusCode); // its own is none
        await fixture.Stack.App().Connect("biz_pair_10"); // nor is somebody else's
    }

    [Theory]
    [InlineData("", "Give apiKey")]
    [InlineData("two words", "without spaces")]
    public async Task A_replacement_that_is_no_key_is_refused_before_Whop_is_asked(string key, string says)
    {
        using var answer = await PutKey(_app, Guid.NewGuid(), key);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_job_goes_on_with_the_new_key()
    {
        const string company = "biz_rekeyed_60000";
        var job = await _app.CreateBatchList(company);
        await job.Stored(pages: 20);
        var connection = (await job.Read())["connectionId"]!.GetValue<Guid>();
        await TestApp.Json(await PutKey(_app, connection, $"sim_{company}.new"));
        await job.Becomes("completed");
        await job.IsExact();
        var requests = JsonNode.Parse(await fixture.Stack.Simulator.GetStringAsync("/_sim/requests", TestContext.Current.CancellationToken))!["requests"]!.AsArray();
        var withNewKey = requests.Single(count => count!["key"]!.GetValue<string>() == $"sim_{company}.new" && count["operation"]!.GetValue<string>() == "members");
        Assert.True(withNewKey!["total"]!.GetValue<int>() > 1, "No page was read with the new key."); // one was the check
    }

    [Fact]
    public async Task Deleting_a_connection_removes_its_key_and_ends_its_jobs_and_nothing_else()
    {
        const string company = "biz_deleted_50000";
        var connection = await _app.Connect(company);
        var (running, paused, pending) = (await Job(connection), await Job(connection), await Job(connection));
        await _app.Post($"/api/jobs/{paused.Id}/pause", "");
        await paused.Becomes("paused");
        await running.Stored(pages: 10);
        var other = await _app.CreateBatchList("biz_bystander_100");

        Assert.Equal(HttpStatusCode.NoContent, (await Delete(connection)).StatusCode);
        foreach (var job in (TestJob[])[running, paused, pending])
        {
            var error = (await job.Becomes("cancelled"))["error"]!;
            Assert.Equal("connection_deleted", error["code"]!.GetValue<string>());
            Assert.StartsWith("The job's connection was deleted", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
        }
        await other.Becomes("completed");

        Assert.True(await Database.Scalar<bool>("SELECT api_key_ciphertext IS NULL AND deleted_at IS NOT NULL FROM whop_connections WHERE id = $1", connection));
        Assert.True(await Database.Scalar<long>("SELECT count(*) FROM audience_members WHERE audience_id = $1", running.AudienceId) >= 900, "The members are gone.");
        Assert.Equal(HttpStatusCode.OK, (await _app.Get($"/api/audiences/{running.AudienceId}/members")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _app.Get($"/api/connections/{connection}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PutKey(_app, connection, $"sim_{company}.new")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Delete(connection)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _app.Post("/api/batch-lists", new { connectionId = connection, name = "late" })).StatusCode);
        await _app.Connect(company); // the key may be used again
    }

    async Task<TestJob> Job(Guid connection)
    {
        var accepted = await TestApp.Json(await _app.Post("/api/batch-lists", new { connectionId = connection, name = "list" }));
        return new TestJob(_app, fixture.Stack, accepted["jobId"]!.GetValue<Guid>(), accepted["audienceId"]!.GetValue<Guid>(), "the deleted connection");
    }

    async Task<(List<Guid> Items, string? Next)> List(string query, TestApp? app = null, string role = "authenticated")
    {
        var page = await TestApp.Json(await Send(app ?? _app, HttpMethod.Get, $"/api/connections?{query}", null, role));
        return ([.. page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>())], page["next"]?.GetValue<string>());
    }

    Task<HttpResponseMessage> Delete(Guid id, TestApp? app = null) => Send(app ?? _app, HttpMethod.Delete, $"/api/connections/{id}", null);

    static Task<HttpResponseMessage> PutKey(TestApp app, Guid id, string key, string role = "authenticated") =>
        Send(app, HttpMethod.Put, $"/api/connections/{id}/api-key", new { apiKey = key }, role);

    static Task<HttpResponseMessage> Send(TestApp app, HttpMethod method, string path, object? body, string role = "authenticated") => app.Send(new HttpRequestMessage(method, path)
    {
        Content = body is null ? null : JsonContent.Create(body),
        // A service token belongs to nobody in particular.
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", TestApp.Token(role == "authenticated" ? app.User : Guid.NewGuid(), role)) },
    });

    static DateTimeOffset Time(JsonNode connection, string field) => connection[field]!.GetValue<DateTimeOffset>();

    async Task<string> StoredKey(Guid id) => new ApiKeyCipher(Options.Create(new SecretsOptions { MasterKey = fixture.Stack.MasterKey }))
        .Decrypt(await Database.Scalar<string>("SELECT api_key_ciphertext FROM whop_connections WHERE id = $1", id), id);
}
