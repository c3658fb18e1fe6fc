using BatchBus.Database;

namespace BatchBus.Tests.Fast.Database;

public sealed class AdvisoryLockTests
{
    [Fact]
    public void No_two_things_share_a_lock()
    {
        var numbers = typeof(AdvisoryLocks).GetFields().Select(field => (long)field.GetRawConstantValue()!).ToArray();
        Assert.NotEmpty(numbers);
        Assert.Distinct(numbers);
    }
}
