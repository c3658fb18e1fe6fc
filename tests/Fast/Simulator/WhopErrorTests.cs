namespace BatchBus.Tests.Fast.Simulator;

/// <summary>The bodies are those of Whop's own specs, character by character.</summary>
public sealed class WhopErrorTests : IAsyncLifetime
{
    const string Company = "biz_errors_500";
    const string Members = $"/api/v1/members?company_id={Company}";

    SimulatorServer _whop = null!;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start();

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Fact]
    public async Task A_company_has_as_many_keys_as_it_likes()
    {
        Assert.Equal(200, (int)(await _whop.Get(Members, $"sim_{Company}.second")).Status);
        Assert.Equal(403, (int)(await _whop.Get(Members, $"sim_{Company}second")).Status);
    }

    [Fact]
    public async Task A_bad_value_is_400()
    {
        const string sentence = "first must be an integer between 1 and 100.";

        IsError(await _whop.Members(Company, "first=0"), 400,
            $$$"""{"error":{"type":"invalid_request_error","code":"parameter_invalid","message":"{{{sentence}}}","param":null}}""");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sim_")]
    [InlineData("sim_errors_500")]
    [InlineData("apik_live")]
    public async Task A_key_of_another_format_is_401(string? key)
    {
        const string body = """{"error":{"type":"unauthorized","message":"Invalid or missing API key"}}""";

        IsError(await _whop.Get(Members, key), 401, body);
        IsError(await _whop.Get($"/api/v1/companies/{Company}", key), 401, body);
    }

    [Fact]
    public async Task Another_companys_key_is_403()
    {
        const string body = """{"error":{"type":"forbidden","message":"You do not have permission to access this resource"}}""";

        IsError(await _whop.Get(Members, "sim_biz_errors_501"), 403, body);
        IsError(await _whop.Get($"/api/v1/companies/{Company}", "sim_biz_errors_501"), 403, body);
    }

    [Theory]
    [InlineData("biz_errors")]
    [InlineData("biz__")]
    [InlineData("biz_errors_007")]
    [InlineData("biz_errors_10000001")]
    [InlineData("company_errors_5")]
    public async Task An_id_that_is_no_company_is_404(string company)
    {
        const string body = """{"error":{"type":"not_found","message":"Resource not found"}}""";

        IsError(await _whop.Get($"/api/v1/members?company_id={company}", $"sim_{Company}"), 404, body);
        IsError(await _whop.Get($"/api/v1/companies/{company}", $"sim_{Company}"), 404, body);
    }

    [Fact]
    public async Task An_unknown_path_is_404() =>
        IsError(await _whop.Get("/api/v1/payments", $"sim_{Company}"), 404, """{"error":{"type":"not_found","message":"Resource not found"}}""");

    [Theory]
    [InlineData("unauthorized", 401, """{"error":{"type":"unauthorized","message":"Invalid or missing API key"}}""")]
    [InlineData("forbidden", 403, """{"error":{"type":"forbidden","message":"You do not have permission to access this resource"}}""")]
    [InlineData("not_found", 404, """{"error":{"type":"not_found","message":"Resource not found"}}""")]
    [InlineData("unprocessable", 422, """{"error":{"type":"verification_required","message":"Verification is required to complete this request"}}""")]
    [InlineData("rate_limited", 429, """{"error":{"type":"rate_limit_exceeded","message":"Try again in 1 seconds."}}""")]
    [InlineData("error_500", 500, """{"error":{"type":"internal_server_error","message":"An unexpected error occurred"}}""")]
    [InlineData("error_503", 503, """{"error":null}""")]
    public async Task A_fault_answers_with_whops_error(string kind, int status, string body)
    {
        (await _whop.Post("/_sim/faults", new { kind, count = 1 })).Json();

        IsError(await _whop.Members(Company), status, body);
        (await _whop.Members(Company)).Json();
    }

    static void IsError(Answer answer, int status, string body)
    {
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(body, answer.Body);
    }
}
