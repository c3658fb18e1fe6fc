using System.Net.Http.Json;
using System.Text.Json;
using BatchBus.WhopSimulator;
using Microsoft.AspNetCore.Builder;

namespace BatchBus.Tests.Servers.WhopSdk;

/// <summary>The simulator is like Whop as far as Whop's own client can tell.</summary>
public sealed class WhopSdkTests(WhopSdkInstallation sdk) : IClassFixture<WhopSdkInstallation>, IAsyncLifetime
{
    readonly WebApplication _simulator = SimulatorApp.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    Uri Address => new(_simulator.Urls.Single());

    public async ValueTask InitializeAsync() => await _simulator.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task It_reads_every_member_and_then_only_some()
    {
        const string company = "biz_sdk_2345";

        var read = await sdk.Node(Address, "read-all.mjs", company);

        var expected = (await Control(HttpMethod.Get, $"companies/{company}")).GetProperty("expected");
        Assert.Equal(2345, read.GetProperty("memberCount").GetInt32());
        Assert.Equal(2345, read.GetProperty("members").GetInt32());
        Assert.Equal(2345, read.GetProperty("distinctIds").GetInt32());
        Assert.Equal(2345 - expected.GetProperty("withoutEmail").GetInt32(), read.GetProperty("emails").GetInt32());
        Assert.InRange(read.GetProperty("joined").GetInt32(), 1, 2344);
    }

    [Fact]
    public async Task It_retries_a_500_and_both_kinds_of_429_and_then_succeeds()
    {
        const string company = "biz_sdkretries_350";
        await Control(HttpMethod.Post, "faults", new { kind = "error_500", count = 1 });
        await Control(HttpMethod.Post, "faults", new { kind = "rate_limited", count = 1, fromPage = 2 });
        await Control(HttpMethod.Post, "faults", new { kind = "rate_limited", count = 1, fromPage = 3, messageOnly = true });

        var read = await sdk.Node(Address, "read-all.mjs", company);

        Assert.Equal(350, read.GetProperty("members").GetInt32());
        var members = (await Control(HttpMethod.Get, "requests")).GetProperty("requests").EnumerateArray()
            .Single(entry => entry.GetProperty("operation").GetString() == "members").GetProperty("byStatus");
        Assert.Equal(1, members.GetProperty("500").GetInt32());
        Assert.Equal(2, members.GetProperty("429").GetInt32());
    }

    [Theory]
    [InlineData("apik_unknown", "biz_sdk_10", null, "AuthenticationError", 401, "unauthorized")]
    [InlineData("sim_biz_other_10", "biz_sdk_10", null, "PermissionDeniedError", 403, "forbidden")]
    [InlineData("sim_biz_sdk_10", "biz_nobody", null, "NotFoundError", 404, "not_found")]
    [InlineData("sim_biz_sdk_10", "biz_sdk_10", "unprocessable", "UnprocessableEntityError", 422, "verification_required")]
    [InlineData("sim_biz_sdk_10", "biz_sdk_10", "rate_limited", "RateLimitError", 429, "rate_limit_exceeded")]
    [InlineData("sim_biz_sdk_10", "biz_sdk_10", "error_500", "InternalServerError", 500, "internal_server_error")]
    public async Task It_raises_the_error_of_the_status(string key, string company, string? fault, string error, int status, string type)
    {
        if (fault is not null) await Control(HttpMethod.Post, "faults", new { kind = fault });

        var result = await sdk.Node(Address, "errors.mjs", key, company);

        Assert.Equal(error, result.GetProperty("error").GetString());
        Assert.Equal(status, result.GetProperty("status").GetInt32());
        Assert.Equal(type, result.GetProperty("type").GetString());
    }

    async Task<JsonElement> Control(HttpMethod method, string path, object? body = null)
    {
        using var http = new HttpClient();
        using var content = body is null ? null : JsonContent.Create(body);
        using var request = new HttpRequestMessage(method, new Uri(Address, $"_sim/{path}")) { Content = content };
        using var response = await http.SendAsync(request, Cancellation);
        return JsonElement.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation));
    }
}
