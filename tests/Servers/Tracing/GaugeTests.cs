using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tracing;

public sealed class GaugeTests
{
    [Fact]
    public async Task That_a_server_cannot_be_counted_is_said_once_and_when_it_is_counted_again()
    {
        await using var wayToPostgres = TcpProxy.ToPostgres();
        await using var wayToRabbitMq = new TcpProxy(TestServers.RabbitMq);
        wayToRabbitMq.Restore();
        await using var stack = await RunningStack.StartBehind(wayToPostgres, wayToRabbitMq, ("Gauges__Every", "00:00:01"));
        await wayToPostgres.Cut();
        await wayToRabbitMq.Cut();
        // The age of both together: by then each of them was tried several times, in vain.
        await Eventually.True(async () => await stack.Api.Metric("batchbus_gauges_age_seconds") > 10, "the gauges to grow old", instead: () => string.Join('\n', stack.Api.Log));
        wayToPostgres.Restore();
        wayToRabbitMq.Restore();
        foreach (var server in (string[])["PostgreSQL", "RabbitMQ"])
        {
            await Eventually.True(() => Task.FromResult(Lines(stack, $"What is in {server} is counted again") == 1), $"{server} to be counted again", instead: () => string.Join('\n', stack.Api.Log));
            Assert.Equal(1, Lines(stack, $"What is in {server} cannot be counted"));
        }
    }

    static int Lines(RunningStack stack, string with) => stack.Api.Log.Count(line => line.Contains(with, StringComparison.Ordinal));
}
