using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Connections;

/// <summary>Whatever Whop says to a key: the answer has its status and code, says what to do, does not have the key, and nothing is changed.</summary>
public sealed class KeyCheckTests(ApiAlone fixture) : IClassFixture<ApiAlone>
{
    readonly TestApp _app = fixture.Stack.App();

    public static TheoryData<string, int, string, string> Refusals => new()
    {
        { "unauthorized", 422, "whop_unauthorized", "copy it again from your Whop dashboard" },
        { "key_echoed", 422, "whop_unauthorized", "No such key: Bearer [API key]" },
        { "forbidden", 422, "whop_forbidden", "member:basic:read and member:email:read" },
        { "emails_withdrawn", 422, "whop_emails_withheld", "give it the scope member:email:read" },
        { "unprocessable", 422, "whop_bad_request", "Verification is required" },
        { "html", 502, "whop_bad_response", "Whop__BaseUrl" },
        { "rate_limited", 503, "whop_rate_limited", "Try again in 7 seconds" },
        { "error_500", 503, "whop_unavailable", "nothing was stored. Try again in a minute" },
        { "error_502", 503, "whop_unavailable", "nothing was stored" },
        { "error_503", 503, "whop_unavailable", "nothing was stored" },
        { "connection_reset", 503, "whop_unavailable", "nothing was stored" },
        { "truncated_json", 503, "whop_unavailable", "nothing was stored" },
        { "no_answer", 503, "whop_unavailable", "nothing was stored" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_new_connection_is_refused(string fault, int status, string code, string says)
    {
        var company = $"biz_new_{fault}_50";
        await Fail(company, fault);
        await Refused(await _app.Post("/api/connections", new { companyId = company, apiKey = $"sim_{company}" }), company, status, code, says);
        Assert.Equal(0, await fixture.Stack.Database.Scalar<long>("SELECT count(*) FROM whop_connections WHERE owner_id = $1", _app.User));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_new_key_is_refused(string fault, int status, string code, string says)
    {
        var company = $"biz_old_{fault}_50";
        var connection = await _app.Connect(company);
        await Fail(company, fault);
        var before = await Row(connection);
        await Refused(await ApiAlone.PutKey(_app, connection, $"sim_{company}.new"), company, status, code, says);
        Assert.Equal(before, await Row(connection));
    }

    [Fact]
    public async Task A_company_that_Whop_does_not_know_is_named() => await Refused(
        await _app.Post("/api/connections", new { companyId = "biz_unknown", apiKey = "sim_biz_unknown" }), "biz_unknown", 422, "whop_not_found", "no company biz_unknown");

    [Fact]
    public async Task A_company_without_members_can_be_connected() => Assert.NotEqual(Guid.Empty, await _app.Connect("biz_empty_0"));

    async Task Fail(string company, string fault)
    {
        using var set = await fixture.Stack.Simulator.PostAsJsonAsync("/_sim/faults",
            new { kind = fault, companyId = company, retryAfterSeconds = 7 }, TestContext.Current.CancellationToken);
        set.EnsureSuccessStatusCode();
    }

    static async Task Refused(HttpResponseMessage answer, string company, int status, string code, string says)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var problem = JsonNode.Parse(text)!;
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal(code, problem["code"]!.GetValue<string>());
        Assert.Contains(says, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain($"sim_{company}", text, StringComparison.Ordinal);
        Assert.Equal(code == "whop_rate_limited" ? 7 : null, answer.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    Task<string> Row(Guid connection) => fixture.Stack.Database.Scalar<string>("SELECT c::text FROM whop_connections c WHERE id = $1", connection);
}
