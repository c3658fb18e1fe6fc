using BatchBus.Ingest;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Ingest;

public sealed class PageWaitsTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_urgent_page_that_has_just_come_says_nothing_about_the_others_of_its_batch()
    {
        var waits = new PageWaits([(4, Sent(90)), (8, Sent(0.2)), (4, Sent(60)), (2, null)], new FakeTimeProvider(Now));
        Assert.Equal(TimeSpan.FromSeconds(60), waits.Of(4)); // by the one that was sent last
        Assert.Equal(TimeSpan.FromSeconds(0.2), waits.Of(8));
        Assert.Null(waits.Of(2));
    }

    static DateTime? Sent(double secondsAgo) => Now.UtcDateTime.AddSeconds(-secondsAgo);
}
