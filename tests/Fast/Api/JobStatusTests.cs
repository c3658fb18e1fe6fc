using BatchBus.Api.Jobs;
using BatchBus.Tests.Fast.Api.Model;

namespace BatchBus.Tests.Fast.Api;

public sealed class JobStatusTests
{
    [Fact]
    public void The_statuses_are_the_states_of_the_saga() =>
        Assert.Equal(new SagaUnderTest().States.Order(), JobStatus.All.Order());
}
