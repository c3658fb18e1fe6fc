using BatchBus.Hosting;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using RabbitMQ.Client;

namespace BatchBus.Tests.Servers.Outages;

/// <summary>A service that is at any point of its start when RabbitMQ ends gets its consumer when RabbitMQ is back.</summary>
[Collection(PrivateServers.Collection)]
public sealed class StartIntoOutageTests(PrivateServers servers) : IAsyncLifetime
{
    const string RabbitMq = PrivateRabbitMq.ProcessName;

    // MassTransit waits longer after each failure, up to half a minute.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly TcpProxy _way = new(new Uri(servers.Stack.Servers.RabbitMq));
    string? _service;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _way.Restore();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await servers.Stack.Stop(_service);
            await servers.Stack.Begin(_service, Cancellation);
        }
        await _way.DisposeAsync();
    }

    [Theory]
    [InlineData(ServiceNames.Api, "batch-jobs", 1)]
    [InlineData("fetcher-1", "fetch-members", 2)]
    [InlineData("ingest-1", "member-pages", 3)]
    public async Task A_service_that_starts_while_RabbitMQ_ends_gets_its_consumer_when_it_is_back(string service, string queue, int seed)
    {
        _service = service;
        await servers.Stack.Stop(service);
        Begin();
        await HasItsConsumer(queue);
        var whole = _way.Sent;
        var random = new Random(seed);
        foreach (var isKilled in (bool[])[true, false])
        {
            await servers.Kill(service);
            var moment = _way.StopAfter(random.NextInt64(whole));
            Begin();
            await Comes(moment);
            await End(isKilled);
            await servers.Stack.Begin(RabbitMq, Cancellation);
            await HasItsConsumer(queue);
        }
        var services = servers.Services;
        await servers.EndsExactly(await servers.ABegunJob(2_000), services);
    }

    /// <summary>Starts the service with a way to RabbitMQ that can be stopped at a byte.</summary>
    void Begin()
    {
        var spec = servers.Stack.SpecOf(_service!);
        servers.Stack.Begin(spec with
        {
            Environment = new Dictionary<string, string?>(spec.Environment) { ["ConnectionStrings__RabbitMq"] = PrivateRabbitMq.Address(_way.Port) },
        });
    }

    async Task Comes(Task moment)
    {
        if (await Task.WhenAny(moment, Task.Delay(Limit, TimeProvider.System, Cancellation)) != moment) Assert.Fail($"The start did not come so far:\n{Log()}");
    }

    async Task End(bool isKilled)
    {
        var end = isKilled ? servers.Kill(RabbitMq) : servers.Stack.Stop(RabbitMq);
        // What it still hears, it hears while it ends.
        _way.Release();
        await end;
        // What it has left open breaks.
        await _way.Cut();
        _way.Restore();
    }

    async Task HasItsConsumer(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(servers.Stack.Servers.RabbitMq) }.CreateConnectionAsync(Cancellation);
        await Eventually.True(async () => await servers.IsReady(_service!) && await PassiveLook.At(connection, queue, Cancellation) is { ConsumerCount: 1 },
            $"{_service} to be back on {queue}", Limit, Log);
    }

    string Log() => string.Join('\n', File.ReadLines(servers.Stack.LogOf(_service!)).TakeLast(60));
}
