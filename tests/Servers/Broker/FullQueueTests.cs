using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Broker;

/// <summary>A broker that refuses what it is sent (<c>basic.nack</c>), as it does when a queue is full.</summary>
public sealed class FullQueueTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_publisher_that_is_refused_for_long_connects_anew_and_the_job_goes_on_when_it_is_not()
    {
        await using var stack = await RunningStack.Start(ingests: 0);
        var (management, host) = (stack.Broker.Management, stack.Broker.Name);
        await stack.Broker.Limit("member-pages", 1);
        var before = "";
        await Eventually.True(async () => (before = await Connection()) != "", "the Fetcher's connection to be in the broker's list");
        var job = await stack.App().CreateBatchList("biz_refused_3000");
        var fetcher = stack.Running("Fetcher").Single();
        await Eventually.True(() => Task.FromResult(stack.Logs.Any(line => line.Contains("RabbitMQ has refused everything for BatchBus.Contracts:MemberPage", StringComparison.Ordinal))),
            "the Fetcher to connect anew", instead: () => stack.LastLogs);
        await Eventually.True(async () => await Connection() is var now && now != "" && now != before, "it to have another connection");
        await stack.Broker.EndLimit();
        stack.Begin("Ingest");
        await job.Becomes("completed");
        await job.IsExact();
        Assert.Same(fetcher, stack.Running("Fetcher").Single());

        async Task<string> Connection()
        {
            var connections = JsonNode.Parse(await management.GetStringAsync(new Uri($"api/vhosts/{host}/connections", UriKind.Relative), Cancellation))!.AsArray();
            return string.Join(' ', connections.Where(c => c!["client_properties"]?["connection_name"]?.GetValue<string>() == "BatchBus.Fetcher").Select(c => c!["name"]));
        }
    }
}
