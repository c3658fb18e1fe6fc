using BatchBus.Api.Admission;

namespace BatchBus.Tests.Fast.Api;

public sealed class LookRestTests
{
    [Theory]
    [InlineData(new[] { 600 }, 0, 0)] // the first look of a process, which is compiled meanwhile
    [InlineData(new[] { 600, 10 }, 10, 180)]
    [InlineData(new[] { 10, 30_000 }, 10, 180)] // hung, once
    [InlineData(new[] { 200, 300 }, 200, 3_600)] // a long queue
    [InlineData(new[] { 600, 700 }, 600, 4_400)]
    [InlineData(new[] { 30_000, 30_000 }, 5_000, 0)]
    public void It_rests_as_long_as_it_looks_and_eighteen_times_as_long_again_unless_it_is_urgent_and_never_for_long(int[] looks, int always, int unlessUrgent)
    {
        var after = new LookRest();
        (TimeSpan, TimeSpan)[] rests = [.. looks.Select(look => after.After(TimeSpan.FromMilliseconds(look)))];
        Assert.Equal((TimeSpan.FromMilliseconds(always), TimeSpan.FromMilliseconds(unlessUrgent)), rests[^1]);
    }
}
