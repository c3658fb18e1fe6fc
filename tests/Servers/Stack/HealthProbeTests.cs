namespace BatchBus.Tests.Servers.Stack;

/// <summary><c>--health</c>, by which a container without shell and curl asks its own service.</summary>
public sealed class HealthProbeTests
{
    [Fact]
    public async Task It_ends_with_0_while_the_service_is_ready_and_with_1_while_it_is_not_or_is_gone()
    {
        await using var wayToPostgres = TcpProxy.ToPostgres();
        await using var wayToRabbitMq = new TcpProxy(TestServers.RabbitMq);
        wayToRabbitMq.Restore();
        await using var stack = await RunningStack.StartBehind(wayToPostgres, wayToRabbitMq);
        ServiceProcess[] services = [stack.Api, .. stack.Running("Fetcher"), .. stack.Running("Ingest")];
        Assert.Equal(3, services.Length);
        foreach (var service in services) await Says(service, 0, "\"status\":\"Healthy\"");

        await wayToRabbitMq.Cut();
        foreach (var service in services) await Says(service, 1, "No consumer of this process on");
        wayToRabbitMq.Restore();
        foreach (var service in services) await Says(service, 0, "\"status\":\"Healthy\"");

        foreach (var service in services)
        {
            await service.Kill();
            await Says(service, 1, "does not answer");
        }
    }

    static async Task Says(ServiceProcess service, int exitCode, string text)
    {
        (int ExitCode, string Says) last = default;
        await Eventually.True(async () => (last = await service.Probe()).ExitCode == exitCode && last.Says.Contains(text, StringComparison.Ordinal),
            $"{service.Name} to be asked with {exitCode}: {text}", instead: () => $"{last}");
    }
}
