using BatchBus.Api.Admission;

namespace BatchBus.Tests.Fast.Api;

public sealed class LookRestTests
{
    [Theory]
    [InlineData(new[] { 600 }, 0)] // the first look of a process, which is compiled meanwhile
    [InlineData(new[] { 600, 10 }, 90)]
    [InlineData(new[] { 10, 30_000 }, 90)] // hung, once
    [InlineData(new[] { 200, 300 }, 1_800)] // a long queue
    [InlineData(new[] { 30_000, 30_000 }, 5_000)]
    public void It_rests_nine_times_as_long_as_it_looks_as_a_rule_and_never_for_long(int[] looks, int rest)
    {
        var after = new LookRest();
        TimeSpan[] rests = [.. looks.Select(look => after.After(TimeSpan.FromMilliseconds(look)))];
        Assert.Equal(TimeSpan.FromMilliseconds(rest), rests[^1]);
    }
}
