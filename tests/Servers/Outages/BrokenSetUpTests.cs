using BatchBus.Database;
using BatchBus.Hosting;
using BatchBus.Tests.Servers.Stack;
using RabbitMQ.Client;

namespace BatchBus.Tests.Servers.Outages;

/// <summary>A service that starts has to declare a dozen exchanges and queues before it consumes. Wherever its connection breaks, it begins again.</summary>
public sealed class BrokenSetUpTests : IAsyncLifetime
{
    const string Queue = "member-pages";
    const int Breaks = 3;

    // MassTransit waits longer after each failure, up to half a minute.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    TestDatabase _database = null!;
    TestVirtualHost _broker = null!;
    TcpProxy _way = null!;

    public async ValueTask InitializeAsync()
    {
        (_database, _broker, _way) = (await MigratedDatabase.Create(), await TestVirtualHost.Create(), new TcpProxy(TestServers.RabbitMq));
        _way.Restore();
    }

    public async ValueTask DisposeAsync()
    {
        await _way.DisposeAsync();
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_Ingest_gets_its_consumer_wherever_its_connection_breaks_while_it_starts(int seed)
    {
        var whole = await WholeSetUp();
        var random = new Random(seed);
        var broken = _way.StopAfter(random.NextInt64(whole));
        await using var ingest = Begin();
        for (var number = 1; number <= Breaks; number++)
        {
            await Comes(broken, ingest);
            await _way.Cut();
            if (number < Breaks) broken = _way.StopAfter(random.NextInt64(whole));
            _way.Restore();
        }
        await HasItsConsumer(ingest);
    }

    /// <summary>How many bytes an Ingest sends until it consumes.</summary>
    async Task<long> WholeSetUp()
    {
        await using (var ingest = Begin()) await HasItsConsumer(ingest);
        return _way.Sent;
    }

    ServiceProcess Begin() => ServiceProcess.Start("Ingest", new Dictionary<string, string>
    {
        ["ConnectionStrings__Postgres"] = _database.As(LoginRoles.Ingest, MigratedDatabase.Password),
        ["ConnectionStrings__RabbitMq"] = new UriBuilder(_broker.Uri) { Port = _way.Port }.ToString(),
    });

    static async Task Comes(Task moment, ServiceProcess ingest)
    {
        if (await Task.WhenAny(moment, Task.Delay(Limit, TimeProvider.System, TestContext.Current.CancellationToken)) != moment)
            Assert.Fail($"The set-up did not come so far:\n{string.Join('\n', ingest.Log)}");
    }

    async Task HasItsConsumer(ServiceProcess ingest)
    {
        await using var connection = await new ConnectionFactory { Uri = _broker.Uri }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await Eventually.True(async () => await ingest.IsReady() && await PassiveLook.At(connection, Queue, TestContext.Current.CancellationToken) is { ConsumerCount: 1 }, "the consumer to be back", Limit, () => string.Join('\n', ingest.Log));
    }
}
