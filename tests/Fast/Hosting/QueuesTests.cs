using System.Reflection;
using BatchBus.Hosting;

namespace BatchBus.Tests.Fast.Hosting;

public sealed class QueuesTests
{
    [Fact]
    public void Every_queue_is_among_all_so_that_its_dead_letters_are_found() =>
        Assert.Equal(
            typeof(Queues).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(string)).Select(field => (string)field.GetRawConstantValue()!).Order(),
            Queues.All.Order());
}
