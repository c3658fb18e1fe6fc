using BatchBus.Contracts;
using BatchBus.Fetcher;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Fetcher;

public sealed class SliceLimitsTests
{
    static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(300);

    readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Its_windows_share_its_pages()
    {
        var limits = Limits(windows: 2, maxPages: 3);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => limits.TryTake()));
    }

    [Fact]
    public void It_reads_a_page_even_if_its_time_is_over_and_no_second_one()
    {
        var limits = Limits();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(limits.TryTake());
        Assert.False(limits.TryTake());
    }

    [Theory]
    [InlineData(300, 300, false)]
    [InlineData(300, 50, true)] // the first request opens the connection, too
    [InlineData(50, 300, true)]
    public void It_ends_after_two_pages_that_were_both_slow(int firstMs, int secondMs, bool goesOn)
    {
        var limits = Limits(slowAfter: TimeSpan.FromMilliseconds(80));
        limits.HasRead(TimeSpan.FromMilliseconds(firstMs), isLast: false);
        Assert.True(limits.TryTake());
        limits.HasRead(TimeSpan.FromMilliseconds(secondMs), isLast: false);
        Assert.Equal(goesOn, limits.TryTake());
    }

    [Fact]
    public void It_ends_with_a_window_where_another_can_be_divided()
    {
        var limits = Limits(windows: 2, leastWindows: 2);
        limits.HasRead(Quick, isLast: true);
        Assert.False(limits.TryTake());
    }

    [Fact]
    public void The_page_that_is_read_last_knows_how_many_there_are()
    {
        var limits = Limits(windows: 2);
        Assert.Null(limits.HasRead(Quick, isLast: true));
        Assert.Null(limits.HasRead(Quick, isLast: false));
        Assert.Equal(13, limits.HasRead(Slow, isLast: true));
        Assert.Equal(TimeSpan.FromMilliseconds(400) / 3, limits.PageTime);
    }

    [Fact]
    public void A_final_reason_goes_before_others_and_a_long_wait_before_none()
    {
        var limits = Limits(windows: 4);
        limits.End(new FetchStop("whop_rate_limited", "Spent.", false, TimeSpan.FromSeconds(60)));
        limits.End(new FetchStop("whop_unavailable", "Down.", false, null));
        Assert.Equal(TimeSpan.FromSeconds(60), limits.Stop?.RetryAfter); // what Whop asks for is not forgotten for another window's bad luck
        limits.End(new FetchStop("whop_unauthorized", "No.", true, null));
        limits.End(new FetchStop("whop_rate_limited", "Spent.", false, TimeSpan.FromSeconds(60)));
        Assert.Equal("whop_unauthorized", limits.Stop?.Code);
        Assert.False(limits.TryTake());
    }

    SliceLimits Limits(int windows = 1, int maxPages = 20, int leastWindows = 0, TimeSpan? slowAfter = null) => new(new FetchMembers
    {
        JobId = Guid.Empty, AudienceId = Guid.Empty, ConnectionId = Guid.Empty, CompanyId = "", EncryptedApiKey = "", Slice = 1, MaxPages = maxPages, PagesBefore = 10,
        RequestsPerMinute = 600, NotBefore = null, MessagePriority = 1, LeastWindows = leastWindows, SlowAfter = slowAfter,
        Windows = [.. Enumerable.Range(0, windows).Select(n => new FetchWindow { FirstPage = n + 1, Cursor = null })],
    }, TimeSpan.FromSeconds(10), _clock);
}
