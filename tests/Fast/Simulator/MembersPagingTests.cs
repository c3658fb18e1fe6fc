using System.Text.Json;

namespace BatchBus.Tests.Fast.Simulator;

public sealed class MembersPagingTests : IAsyncLifetime
{
    SimulatorServer _whop = null!;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start("--Simulator:RequestsPerMinute=0");

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(99, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(2345, 24)]
    public async Task Paging_to_the_end_gives_every_member_once_in_both_directions(int members, int pages)
    {
        var ascending = await _whop.Pages($"biz_paging_{members}", "first=100&order=created_at&direction=asc");
        var descending = await _whop.Pages($"biz_paging_{members}", "first=100&order=created_at&direction=desc");

        Assert.Equal(pages, ascending.Count);
        Assert.Equal(members, Ids(ascending).Distinct().Count());
        Assert.Equal(members, Ids(ascending).Count());
        Assert.Equal(Ids(ascending).Reverse(), Ids(descending));
    }

    [Fact]
    public async Task Every_order_sorts_by_its_own_column()
    {
        foreach (var (order, column) in new[] { ("created_at", "created_at"), ("joined_at", "joined_at"), ("id", "id") })
        {
            var members = await _whop.ReadAll("biz_orders_350", $"first=100&order={order}&direction=asc");
            var values = members.Select(member => member.GetProperty(column).GetString());
            Assert.Equal(values.Order(StringComparer.Ordinal), values);
        }
        var spent = (await _whop.ReadAll("biz_orders_350", "first=100&order=usd_total_spent&direction=asc"))
            .Select(m => m.GetProperty("usd_total_spent").GetDecimal());
        Assert.Equal(spent.Order(), spent);
    }

    [Fact]
    public async Task A_page_has_20_members_newest_first_unless_asked_otherwise()
    {
        var page = (await _whop.Members("biz_defaults_50")).Json();

        Assert.Equal(20, page.GetProperty("data").GetArrayLength());
        Assert.Equal(Ids(await _whop.Pages("biz_defaults_50", "first=100&direction=desc")).Take(20), Ids([page]));
    }

    [Fact]
    public async Task The_last_page_has_no_end_cursor_and_the_first_has_nothing_before_it()
    {
        var info = (await _whop.Pages("biz_ends_250")).ConvertAll(page => page.GetProperty("page_info"));

        Assert.Equal([true, true, false], info.ConvertAll(i => i.GetProperty("has_next_page").GetBoolean()));
        Assert.Equal([false, true, true], info.ConvertAll(i => i.GetProperty("has_previous_page").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, info[2].GetProperty("end_cursor").ValueKind);
        Assert.Equal(JsonValueKind.String, info[2].GetProperty("start_cursor").ValueKind);
    }

    [Fact]
    public async Task Last_and_before_page_backwards()
    {
        var all = Ids(await _whop.Pages("biz_back_250", "first=100&direction=asc")).ToList();

        var end = (await _whop.Members("biz_back_250", "last=100&direction=asc")).Json();
        var cursor = Uri.EscapeDataString(end.GetProperty("page_info").GetProperty("start_cursor").GetString()!);
        var middle = (await _whop.Members("biz_back_250", $"last=100&direction=asc&before={cursor}")).Json();

        Assert.Equal(all[150..], Ids([end]));
        Assert.Equal(all[50..150], Ids([middle]));
        Assert.True(middle.GetProperty("page_info").GetProperty("has_previous_page").GetBoolean());
        Assert.True(middle.GetProperty("page_info").GetProperty("has_next_page").GetBoolean());
    }

    [Fact]
    public async Task A_cursor_and_its_page_are_the_same_after_a_restart()
    {
        const string company = "biz_restart_1000";
        var cursor = (await _whop.Members(company, "first=100")).Json().GetProperty("page_info").GetProperty("end_cursor").GetString()!;
        var before = await _whop.Members(company, $"first=100&after={Uri.EscapeDataString(cursor)}");

        await using var restarted = await SimulatorServer.Start();
        var after = await restarted.Members(company, $"first=100&after={Uri.EscapeDataString(cursor)}");

        Assert.Equal(200, (int)after.Status);
        Assert.Equal(before.Body, after.Body);
    }

    // A restart in one process would not notice a random seed of the process, such as string.GetHashCode has.
    [Fact]
    public async Task Members_are_the_same_in_every_process()
    {
        var member = (await _whop.Members("biz_demo_50000", "first=1&direction=asc")).Json().GetProperty("data")[0];

        Assert.Equal("mber_587d2d2900000000", member.GetProperty("id").GetString());
        Assert.Equal("renee.eriksson.0@example.com", member.GetProperty("user").GetProperty("email").GetString());
        Assert.Equal("2020-01-01T00:23:46.702Z", member.GetProperty("created_at").GetString());
    }

    [Fact]
    public async Task The_last_page_of_ten_million_is_as_near_as_the_first()
    {
        var last = (await _whop.Members("biz_huge_10000000", "last=100&direction=asc")).Json();
        var first = (await _whop.Members("biz_huge_10000000", "first=100&direction=desc")).Json();

        Assert.Equal(Ids([first]).Reverse(), Ids([last]));
    }

    static IEnumerable<string> Ids(IEnumerable<JsonElement> pages) =>
        pages.SelectMany(page => page.GetProperty("data").EnumerateArray()).Select(member => member.GetProperty("id").GetString()!);
}
