using System.Reflection;
using BatchBus.Hosting;

namespace BatchBus.Tests.Fast.Hosting;

public sealed class QueuesTests
{
    [Fact]
    public void Every_queue_is_among_all() =>
        Assert.Equal(
            typeof(Queues).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(string)).Select(field => (string)field.GetRawConstantValue()!).Order(),
            Queues.All.Order());

    [Fact]
    public void Only_heartbeats_are_dropped_when_they_cannot_be_handled() => Assert.Equal([Queues.WorkerHeartbeats], Queues.All.Except(Queues.WithDeadLetters));
}
