using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Http;

/// <summary>Whatever is wrong with a request, the answer is problem details (RFC 9457) that say what to do, and nothing is written.</summary>
public sealed class BadInputTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    readonly TestApp _app = fixture.Stack.App();

    [Fact]
    public async Task A_body_that_is_no_JSON_is_pointed_at() =>
        await Refused(await _app.Post("/api/batch-lists", """{"connectionId": oops}"""), 400, "$.connectionId");

    [Fact]
    public async Task A_value_of_the_wrong_kind_is_pointed_at() =>
        await Refused(await _app.Post("/api/batch-lists", """{"connectionId": "17", "name": "x"}"""), 400, "$.connectionId");

    [Fact]
    public async Task An_unknown_priority_is_pointed_at() =>
        await Refused(await _app.Post("/api/batch-lists", new { connectionId = Guid.NewGuid(), name = "x", priority = "urgent" }), 400, "$.priority");

    [Fact]
    public async Task An_empty_body_is_refused() => await Refused(await _app.Post("/api/batch-lists", ""), 400, "body");

    [Fact]
    public async Task Another_media_type_is_refused() => await Refused(
        await _app.Send(new HttpRequestMessage(HttpMethod.Post, "/api/batch-lists") { Content = new StringContent("a=b") }), 415, "application/json");

    [Fact]
    public async Task An_unknown_connection_is_not_found() =>
        await Refused(await _app.Post("/api/batch-lists", new { connectionId = Guid.NewGuid(), name = "x" }), 404, "connection");

    [Fact]
    public async Task Somebody_elses_connection_is_not_found()
    {
        var connection = await fixture.Stack.App().Connect("biz_others_10");
        await Refused(await _app.Post("/api/batch-lists", new { connectionId = connection, name = "x" }), 404, "connection");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    public async Task A_list_needs_a_name(string? name) =>
        await Refused(await _app.Post("/api/batch-lists", new { connectionId = Guid.NewGuid(), name }), 400, "Give name");

    [Fact]
    public async Task A_name_of_10_kB_is_too_long() => await Refused(
        await _app.Post("/api/batch-lists", new { connectionId = Guid.NewGuid(), name = new string('n', 10_000) }), 400, "200 is the most");

    [Fact]
    public async Task A_body_of_100_kB_is_too_large() => await Refused(
        await _app.Post("/api/batch-lists", new { connectionId = Guid.NewGuid(), name = new string('n', 100_000) }), 413, "64 KiB");

    [Theory]
    [InlineData("POST", "/api/dead-letters/member-pages_error/replay")]
    [InlineData("POST", "/api/dead-letters/nothing/discard")]
    [InlineData("GET", "/api/dead-letters?limit=x")]
    [InlineData("GET", "/api/stats?days=x")]
    public async Task Who_is_no_operator_is_told_so_before_the_request_is_read(string method, string path) => await Refused(
        await _app.Send(new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new StringContent("{", MediaTypeHeaderValue.Parse("application/json")) : null }),
        403, "service_role may do it");

    [Fact]
    public async Task Several_errors_are_told_at_once()
    {
        var problem = await Refused(await _app.Post("/api/batch-lists", new { name = "" }), 400, "Give name");
        Assert.Equal(["connectionId", "name"], problem["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [Theory]
    [InlineData("company")]
    [InlineData("biz_")]
    [InlineData("biz_'; DROP TABLE audiences; --")]
    [InlineData("biz_a_10\n")]
    public async Task A_wrong_company_id_is_refused_before_Whop_is_asked(string company) =>
        await Refused(await _app.Post("/api/connections", new { companyId = company, apiKey = "k" }), 400, "begins with biz_");

    [Theory]
    [InlineData("biz_unknown", "sim_biz_unknown", "whop_not_found", "company id")]
    [InlineData("biz_a_10", "nonsense", "whop_unauthorized", "copy it again")]
    [InlineData("biz_a_10", "sim_biz_b_10", "whop_forbidden", "member:basic:read")]
    public async Task A_key_that_Whop_refuses_is_not_stored(string company, string key, string code, string says)
    {
        var problem = await Refused(await _app.Post("/api/connections", new { companyId = company, apiKey = key }), 422, says);
        Assert.Equal(code, problem["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_key_twice_is_a_conflict()
    {
        await _app.Connect("biz_twice_10");
        await Refused(await _app.Post("/api/connections", new { companyId = "biz_twice_10", apiKey = "sim_biz_twice_10" }), 409, "already", wrote: 1);
    }

    [Fact]
    public async Task A_missing_token_is_asked_for() => await Refused(await WithToken(null), 401, "Authorization: Bearer");

    [Fact]
    public async Task An_expired_token_is_named_so() =>
        await Refused(await WithToken(TestApp.Token(_app.User, validFor: TimeSpan.FromHours(-1))), 401, "expired");

    [Fact]
    public async Task A_token_with_a_wrong_signature_is_refused() =>
        await Refused(await WithToken(TestApp.Token(_app.User, secret: "another secret, as long as the right one")), 401, "not valid");

    [Fact]
    public async Task A_token_without_a_known_role_is_refused() =>
        await Refused(await WithToken(TestApp.Token(_app.User, role: "anon")), 403, "role");

    [Fact]
    public async Task An_unsigned_token_is_refused()
    {
        static string Part(string json) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json)).TrimEnd('=');
        var unsigned = $"{Part("""{"alg":"none","typ":"JWT"}""")}.{Part($$"""{"sub":"{{_app.User}}","role":"service_role","exp":4102444800}""")}.";
        await Refused(await WithToken(unsigned), 401, "not valid");
    }

    [Fact]
    public async Task An_unknown_job_is_not_found() => await Refused(await _app.Get($"/api/jobs/{Guid.NewGuid()}"), 404, "job");

    [Theory]
    [InlineData("/api/jobs?limit=0", "limit")]
    [InlineData("/api/jobs?limit=1000", "limit")]
    [InlineData("/api/jobs?status=done", "status")]
    [InlineData("/api/jobs?before=17", "before")]
    [InlineData("/api/audiences/00000000-0000-0000-0000-000000000000/members?limit=x", "limit")]
    public async Task A_wrong_parameter_is_named(string path, string named) => await Refused(await _app.Get(path), 400, named);

    async Task<HttpResponseMessage> WithToken(string? token) => await _app.Send(new HttpRequestMessage(HttpMethod.Get, "/api/jobs")
    {
        Headers = { Authorization = token is null ? new AuthenticationHeaderValue("None") : new AuthenticationHeaderValue("Bearer", token) },
    });

    /// <summary>The answer has the status, is problem details and says the words; the user has as many rows as before.</summary>
    async Task<JsonNode> Refused(HttpResponseMessage answer, int status, string says, long wrote = 0)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((HttpStatusCode)status == answer.StatusCode, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(says, JsonNode.Parse(text)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), StringComparison.Ordinal);
        Assert.Equal(wrote, await fixture.Stack.Database.Scalar<long>(
            "SELECT (SELECT count(*) FROM whop_connections WHERE owner_id = $1) + (SELECT count(*) FROM batch_processing_queue WHERE owner_id = $1)", _app.User));
        return JsonNode.Parse(text)!;
    }
}
