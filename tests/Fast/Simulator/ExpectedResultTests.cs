using System.Text.Json;

namespace BatchBus.Tests.Fast.Simulator;

/// <summary>What the simulator says a reader must come to is what a reader that knows nothing of it comes to.</summary>
public sealed class ExpectedResultTests : IAsyncLifetime
{
    SimulatorServer _whop = null!;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start("--Simulator:RequestsPerMinute=0");

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Theory]
    [InlineData("biz_a_0", 0.03, 0.02, 0.01, 0.005)]
    [InlineData("biz_b_1", 0.03, 0.02, 0.01, 0.005)]
    [InlineData("biz_c_10007", 0.03, 0.02, 0.01, 0.005)]
    [InlineData("biz_d_2500", 0.5, 0.1, 0.1, 0.1)]
    [InlineData("biz_e_1999", 1, 0, 0, 0)]
    [InlineData("biz_f_999", 0, 0, 0, 0)]
    [InlineData("biz_g_1001", 0.001, 0.333, 0.333, 0.333)]
    [InlineData("biz_h_1500", 0, 0, 1, 0)]
    [InlineData("biz_i_300", 0.9, 0, 0.05, 0.05)]
    public async Task The_expected_result_equals_a_recount_of_all_pages(
        string company, double duplicates, double missing, double invalid, double nullUsers)
    {
        (await _whop.Put($"/_sim/companies/{company}", new { duplicates, missing, invalid, nullUsers })).Json();

        var recount = Recount.Of(await _whop.ReadAll(company));

        var expected = await Expected(company);
        Assert.Equal(recount.Fetched, expected["fetched"]);
        Assert.Equal(recount.Emails.Count, expected["inserted"]);
        Assert.Equal(recount.Duplicates, expected["duplicates"]);
        Assert.Equal(recount.Invalid, expected["invalid"]);
        Assert.Equal(recount.WithoutEmail, expected["withoutEmail"]);
        Assert.Equal(expected["fetched"], expected["inserted"] + expected["duplicates"] + expected["invalid"] + expected["withoutEmail"]);
        Assert.Equal(expected["members"], expected["fetched"]);
        Assert.Equal(recount.Emails.Order(StringComparer.Ordinal), (await ExpectedEmails(company)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_default_shares_are_met_exactly()
    {
        var expected = await Expected("biz_defaults_100000");

        Assert.Equal(3_000, expected["duplicates"]);
        Assert.Equal(1_000, expected["invalid"]);
        Assert.Equal(2_500, expected["withoutEmail"]);
        Assert.Equal(93_500, expected["inserted"]);
    }

    [Fact]
    public async Task Every_awkward_spelling_occurs()
    {
        await _whop.Put("/_sim/companies/biz_spellings_10000", new { duplicates = 0.3 });

        var emails = (await _whop.ReadAll("biz_spellings_10000"))
            .Select(member => member.GetProperty("user"))
            .Where(user => user.ValueKind == JsonValueKind.Object)
            .Select(user => user.GetProperty("email").GetString())
            .OfType<string>().ToList();

        Assert.Contains(emails, email => email.EndsWith("@bücher.example", StringComparison.Ordinal));
        Assert.Contains(emails, email => email.Contains("@xn--", StringComparison.Ordinal));
        Assert.Contains(emails, email => !email.IsNormalized());
        Assert.Contains(emails, email => email.Length > 254);
        Assert.Contains(emails, email => email != email.TrimStart());
        Assert.Contains(emails, email => email != email.TrimEnd());
        Assert.Contains(emails, email => email.Any(char.IsUpper));
        Assert.Contains(emails, email => email.Any(char.IsControl) && email == email.Trim());
    }

    [Fact]
    public async Task Shares_belong_to_one_company_and_can_be_read_back()
    {
        await _whop.Put("/_sim/companies/biz_own_1000", new { duplicates = 0.25 });

        var own = (await _whop.Get("/_sim/companies/biz_own_1000")).Body;
        var other = (await _whop.Get("/_sim/companies/biz_other_1000")).Body;

        const string shares = """{"duplicates":0.25,"missing":0.02,"invalid":0.01,"nullUsers":0.005}""";
        Assert.StartsWith($$"""{"companyId":"biz_own_1000","shares":{{shares}},"expected":{"members":1000,""", own, StringComparison.Ordinal);
        Assert.Contains("\"duplicates\":0.03,", other, StringComparison.Ordinal);
    }

    async Task<Dictionary<string, int>> Expected(string company) =>
        (await _whop.Get($"/_sim/companies/{company}")).Json().GetProperty("expected").EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value.GetInt32());

    async Task<IEnumerable<string>> ExpectedEmails(string company) =>
        (await _whop.Get($"/_sim/companies/{company}/expected")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line).GetProperty("email").GetString()!);
}
