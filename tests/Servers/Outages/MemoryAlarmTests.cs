using BatchBus.Cli.Chaos;
using BatchBus.Cli.Stack;

namespace BatchBus.Tests.Servers.Outages;

/// <summary>RabbitMQ, short of memory, blocks its publishers. Who dies meanwhile begins again and waits like the others, and nothing is lost.</summary>
[Collection(PrivateServers.Collection)]
public sealed class MemoryAlarmTests(PrivateServers servers)
{
    static readonly string[] Services = [ServiceNames.Api, "fetcher-1", "ingest-1"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_outlive_every_service_being_killed_while_the_broker_blocks_its_publishers()
    {
        List<ChaosJob> jobs = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => servers.ABegunJob(60_000)))];
        await servers.Stack.ControlRabbitMq(Cancellation, "set_vm_memory_high_watermark", "0");
        try
        {
            await AreBlocked(Services);
            foreach (var job in jobs) Assert.Equal("processing", await servers.Status(job));
            // One after another, each beside others that are blocked; then all at once.
            foreach (var service in Services) await BeginAnew(service);
            jobs.Add(await servers.AJob(2_000));
            await BeginAnew(Services);
        }
        finally
        {
            await servers.Stack.ControlRabbitMq(CancellationToken.None, "set_vm_memory_high_watermark", "0.4");
        }
        var begunAnew = servers.Services;
        foreach (var job in jobs) await servers.EndsExactly(job, begunAnew);
    }

    async Task BeginAnew(params string[] services)
    {
        await Task.WhenAll(services.Select(servers.Kill));
        foreach (var service in services) await servers.Stack.Begin(service, Cancellation);
        await AreBlocked(services);
    }

    Task AreBlocked(string[] services) => Task.WhenAll(services.Select(service => servers.IsMissing(service, "RabbitMQ takes no messages: low on memory")));
}
