using System.Text.Json;

namespace BatchBus.Tests.Fast.Simulator;

public sealed class MembersFilterTests : IAsyncLifetime
{
    const string Company = "biz_filters_1234";

    SimulatorServer _whop = null!;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start("--Simulator:RequestsPerMinute=0");

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task The_two_times_exclude_the_members_created_at_them(string direction)
    {
        var all = await _whop.ReadAll(Company, "first=100&direction=asc");
        var (after, before) = (CreatedAt(all[100]), CreatedAt(all[777]));

        var between = await _whop.ReadAll(Company, $"first=100&direction={direction}&created_after={after}&created_before={before}");

        Assert.Equal(all[101..777].Select(CreatedAt), between.Select(CreatedAt).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("2019-01-01", 1234)]
    [InlineData("2026-01-01T00:00:00Z", 0)]
    [InlineData("2030-01-01T00:00:00.000Z", 0)]
    public async Task Times_outside_the_companys_life_take_all_or_nothing(string after, int expected)
    {
        Assert.Equal(expected, (await _whop.ReadAll(Company, $"first=100&created_after={after}")).Count);
        Assert.Equal(1234 - expected, (await _whop.ReadAll(Company, $"first=100&created_before={after}")).Count);
    }

    [Fact]
    public async Task Statuses_divide_the_members_without_rest()
    {
        var all = await _whop.ReadAll(Company);
        foreach (var status in new[] { "drafted", "joined", "left" })
        {
            var some = await _whop.ReadAll(Company, $"first=100&statuses%5B%5D={status}");
            Assert.NotEmpty(some);
            Assert.Equal(all.Where(m => Text(m, "status") == status).Select(Id), some.Select(Id));
        }
        var two = await _whop.ReadAll(Company, "first=7&statuses[]=left&statuses[]=drafted");
        Assert.Equal(all.Where(m => Text(m, "status") != "joined").Select(Id), two.Select(Id));
    }

    [Fact]
    public async Task The_native_status_filter_agrees_with_what_it_shows()
    {
        var left = await _whop.ReadAll(Company, "first=100&status=left", SimulatorServer.Newest);
        var joined = await _whop.ReadAll(Company, "first=100&status=joined", SimulatorServer.Newest);

        Assert.All(left, member => Assert.Equal("left", Text(member, "status")));
        Assert.All(joined, member => Assert.Equal("joined", Text(member, "status")));
        Assert.Equal(1234, left.Count + joined.Count);
    }

    [Fact]
    public async Task Access_levels_divide_the_members_without_rest()
    {
        var counts = new List<int>();
        foreach (var level in new[] { "no_access", "admin", "customer" })
        {
            var some = await _whop.ReadAll(Company, $"first=100&access_level={level}");
            Assert.All(some, member => Assert.Equal(level, Text(member, "access_level")));
            counts.Add(some.Count);
        }
        Assert.DoesNotContain(0, counts);
        Assert.Equal(1234, counts.Sum());
    }

    [Theory]
    [InlineData("first=101", "first must be an integer between 1 and 100.")]
    [InlineData("first=0", "first must be an integer between 1 and 100.")]
    [InlineData("first=ten", "first must be an integer between 1 and 100.")]
    [InlineData("last=101", "last must be an integer between 1 and 100.")]
    [InlineData("first=1&last=1", "Only one of first and last")]
    [InlineData("first=1&first=2", "first must be given once")]
    [InlineData("order=name", "order must be one of")]
    [InlineData("direction=up", "direction must be one of asc, desc.")]
    [InlineData("statuses[]=gone", "statuses[] must be one of drafted, joined, left.")]
    [InlineData("access_level=vip", "access_level must be one of")]
    [InlineData("created_after=yesterday", "created_after must be an ISO 8601 time")]
    [InlineData("created_before=12/31/2023", "created_before must be an ISO 8601 time")]
    [InlineData("product_ids[]=prod_1", "Unknown parameter product_ids[].")]
    public async Task A_value_that_whop_does_not_know_is_a_bad_request(string query, string sentence) =>
        (await _whop.Members(Company, query)).IsBadRequest(sentence);

    [Fact]
    public async Task A_cursor_of_another_list_is_a_bad_request()
    {
        var own = await EndCursor(Company, "first=10&direction=asc");
        var other = await EndCursor("biz_other_1234", "first=10&direction=asc");
        string[] strangers = ["made-up", "WyJjdXJzb3IiLDFd", "NDk5OTku", new string('A', 500), other];

        Assert.Equal(200, (int)(await _whop.Members(Company, $"direction=asc&after={Uri.EscapeDataString(own)}")).Status);
        foreach (var stranger in strangers)
        {
            var cursor = Uri.EscapeDataString(stranger);
            (await _whop.Members(Company, $"direction=asc&after={cursor}")).IsBadRequest("after is not a cursor of this list.");
            (await _whop.Members(Company, $"direction=asc&before={cursor}")).IsBadRequest("before is not a cursor of this list.");
        }
        (await _whop.Members(Company, $"direction=desc&after={Uri.EscapeDataString(own)}")).IsBadRequest("after is not a cursor of this list.");
    }

    async Task<string> EndCursor(string company, string query) =>
        Text((await _whop.Members(company, query)).Json().GetProperty("page_info"), "end_cursor");

    static string CreatedAt(JsonElement member) => Text(member, "created_at");

    static string Id(JsonElement member) => Text(member, "id");

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
