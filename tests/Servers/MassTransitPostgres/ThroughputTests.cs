using System.Diagnostics;
using MassTransit;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

/// <summary>A measurement, run by name: <c>--explicit only</c>.</summary>
public sealed class ThroughputTests : OrderServers
{
    [Fact(Explicit = true)]
    public async Task Two_thousand_events_on_fifty_instances()
    {
        var host = await Start();
        Guid[] ids = [.. Enumerable.Range(0, 50).Select(_ => NewId.NextGuid())];
        await Task.WhenAll(ids.Select(x => Publish(host, new OrderPlaced(x, "Ada"))));
        await Eventually.True(async () => await Sql<long>("SELECT count(*) FROM orders WHERE current_state = 'Open'") == 50, "the instances");

        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(x => Publish(host, new ItemAdded(ids[x % ids.Length]))));
        await Eventually.True(
            async () => await Sql<long>("SELECT coalesce(sum(items), 0) FROM orders") == 2_000, "every event");
        var handled = Stopwatch.GetElapsedTime(start);
        await Recorded<ItemCounted>(2_000);
        var delivered = Stopwatch.GetElapsedTime(start);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"handled in {handled.TotalSeconds:F1} s = {2_000 / handled.TotalSeconds:F0}/s; "
            + $"published events received after {delivered.TotalSeconds:F1} s");
    }
}
