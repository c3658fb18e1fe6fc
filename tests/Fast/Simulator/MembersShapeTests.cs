using System.Text.Json;

namespace BatchBus.Tests.Fast.Simulator;

public sealed class MembersShapeTests : IAsyncLifetime
{
    const string Company = "biz_shapes_400";

    SimulatorServer _whop = null!;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start();

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("2026-07-20")]
    [InlineData("2025-01-01")]
    public async Task Up_to_2026_07_20_the_shape_is_legacy(string? version)
    {
        var answer = await _whop.Get($"/api/v1/members?company_id={Company}&first=100", $"sim_{Company}", version);

        var member = MemberWithUser(answer.Json());
        Assert.Equal(
            ["id", "created_at", "updated_at", "joined_at", "access_level", "status", "most_recent_action", "most_recent_action_at", "user",
                "phone", "usd_total_spent", "company_token_balance"],
            Names(member));
        Assert.Equal(["id", "email", "name", "username"], Names(member.GetProperty("user")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", member.GetProperty("created_at").GetString());
    }

    [Theory]
    [InlineData("2026-08-21", false)]
    [InlineData("2026-09-25", false)]
    [InlineData("2026-09-26", true)]
    public async Task Later_dates_are_native_and_only_the_newest_have_the_email(string version, bool hasEmail)
    {
        var answer = await _whop.Members(Company, "first=100", version);

        var member = MemberWithUser(answer.Json());
        Assert.Equal(hasEmail, Names(member).Contains("email"));
        Assert.Equal(
            ["id", "account_id", "access_level", "status", "token_balance", "phone_number", "joined_at", "last_accessed_at", "created_at", "user"],
            Names(member).Where(name => name != "email"));
        Assert.Equal(["id", "name", "username", "profile_picture"], Names(member.GetProperty("user")));
    }

    [Fact]
    public async Task Both_shapes_have_the_same_members_with_the_same_emails()
    {
        var legacy = await _whop.ReadAll(Company);
        var native = await _whop.ReadAll(Company, version: SimulatorServer.Newest);

        Assert.Equal(legacy.Select(m => m.GetProperty("id").GetString()), native.Select(m => m.GetProperty("id").GetString()));
        Assert.Equal(
            legacy.Select(m => m.GetProperty("user") is { ValueKind: JsonValueKind.Object } user ? user.GetProperty("email").GetString() : null),
            native.Select(m => m.GetProperty("email").GetString()));
    }

    [Theory]
    [InlineData("2026-07-21")]
    [InlineData("2026-08-20")]
    [InlineData("2026-7-20")]
    [InlineData("latest")]
    public async Task An_unknown_or_malformed_date_is_a_bad_request(string version)
    {
        var answer = await _whop.Get($"/api/v1/members?company_id={Company}", $"sim_{Company}", version);

        answer.IsBadRequest("Api-Version-Date");
    }

    [Fact]
    public async Task Each_shape_wants_its_own_name_for_the_company()
    {
        (await _whop.Get($"/api/v1/members?account_id={Company}", $"sim_{Company}")).IsBadRequest("company_id is required.");
        (await _whop.Get($"/api/v1/members?company_id={Company}", $"sim_{Company}", SimulatorServer.Newest)).IsBadRequest("account_id is required.");
    }

    [Fact]
    public async Task A_company_tells_how_many_members_it_has()
    {
        var company = (await _whop.Get($"/api/v1/companies/{Company}", $"sim_{Company}")).Json();

        Assert.Equal(Company, company.GetProperty("id").GetString());
        Assert.Equal("Company shapes_400", company.GetProperty("title").GetString());
        Assert.Equal(400, company.GetProperty("member_count").GetInt32());
    }

    static JsonElement MemberWithUser(JsonElement page) =>
        page.GetProperty("data").EnumerateArray().First(member => member.GetProperty("user").ValueKind == JsonValueKind.Object);

    static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
