using BatchBus.Contracts;
using BatchBus.Fetcher;
using BatchBus.Whop;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Fetcher;

public sealed class WindowReaderTests
{
    static readonly DateTimeOffset Noon = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);

    readonly List<MemberPage> _emitted = [];

    [Fact]
    public async Task A_window_ends_with_the_page_that_passes_its_end_and_leaves_out_what_is_another_windows()
    {
        var (report, stop) = await Read(new FetchWindow { FirstPage = 1, Cursor = null, From = Noon, To = Noon.AddMinutes(10) }, [-1, 0, 5], [9, 10, 11], [12]);
        Assert.Null(stop);
        Assert.Equal((2, true, Noon.AddMinutes(11)), (report.Pages, report.ReachedEnd, report.Reached));
        Assert.Equal(["0", "5", "9"], _emitted.SelectMany(page => page.Members.MemberIds));
        Assert.Equal([null, 2], _emitted.Select(page => page.TotalPages));
    }

    [Fact]
    public async Task A_list_out_of_order_says_so_and_fails_only_a_window_that_ends_by_it()
    {
        var (report, stop) = await Read(new FetchWindow { FirstPage = 1, Cursor = null }, [3, 2], [4]);
        Assert.Equal((null, 2, null), (stop, report.Pages, report.Reached));
        (report, stop) = await Read(new FetchWindow { FirstPage = 1, Cursor = null, To = Noon.AddMinutes(10) }, [3, 2], [4]);
        Assert.Equal(("whop_bad_response", true, 0), (stop?.Code, stop?.IsFinal, report.Pages));
    }

    [Fact]
    public async Task A_member_without_a_time_says_nothing_about_the_order()
    {
        var (report, stop) = await Read(new FetchWindow { FirstPage = 1, Cursor = null, To = Noon.AddMinutes(10) }, [1, null, 2]);
        Assert.Equal((null, Noon.AddMinutes(2)), (stop, report.Reached));
        Assert.Equal(3, _emitted[0].Members.MemberIds.Length);
    }

    [Fact]
    public async Task Shorter_pages_than_before_leave_nobody_out_where_a_window_was_divided()
    {
        var window = new FetchWindow { FirstPage = 1, Cursor = null, LastPage = 2, LastReached = Noon.AddMinutes(4) };
        var (report, stop) = await Read(window, [1, 2], [3, 4], [5]);
        Assert.Equal((null, 2, true), (stop, report.Pages, report.ReachedEnd));
        (report, stop) = await Read(window, [1], [2], [3]);
        Assert.Equal(("whop_bad_response", 1, false), (stop?.Code, report.Pages, report.ReachedEnd));
    }

    /// <summary>Reads a window of a list whose members were created so many minutes after noon; their ids are those numbers.</summary>
    async Task<(WindowFetched Report, FetchStop? Stop)> Read(FetchWindow window, params int?[][] pages)
    {
        _emitted.Clear();
        var slice = new FetchMembers
        {
            JobId = Guid.Empty, AudienceId = Guid.Empty, ConnectionId = Guid.Empty, CompanyId = "", EncryptedApiKey = "", Slice = 1, MaxPages = 20,
            RequestsPerMinute = 600, NotBefore = null, MessagePriority = 1, Windows = [window],
        };
        var limits = new SliceLimits(slice, TimeSpan.FromSeconds(10), new FakeTimeProvider());
        var reader = new WindowReader(slice, window, limits, page =>
        {
            _emitted.Add(page);
            return Task.CompletedTask;
        });
        var next = 0;
        await reader.Read((_, _) =>
        {
            var members = pages[next++].Select(minutes => new WhopMember($"{minutes}", null, null, null, null, null, null, null, minutes is { } m ? Noon.AddMinutes(m) : null));
            return Task.FromResult((new WhopPage([.. members], next < pages.Length ? $"c{next}" : null), TimeSpan.Zero));
        });
        return (reader.Report(), limits.Stop);
    }
}
