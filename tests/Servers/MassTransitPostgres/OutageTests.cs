using BatchBus.Hosting;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

public sealed class OutageTests : OrderServers
{
    [Fact]
    public async Task Messages_wait_for_a_broker_that_is_away_and_leave_when_it_is_back()
    {
        await using var proxy = new TcpProxy(TestServers.RabbitMq);
        proxy.Restore();
        var host = await StartBehind(proxy, o => o.MaxDeliveryAttempts = 1);
        await OneArrives(host);

        await proxy.Cut();
        string[] texts = [.. Enumerable.Range(1, 250).Select(x => $"waiting {x}")];
        await WriteNotices(host, texts);
        await OutboxHas(100, "last_error IS NOT NULL");
        Assert.Equal(250, await Sql<long>("SELECT count(*) FROM outbox WHERE parked_at IS NULL AND attempts = 0"));
        Assert.Single(Log.At(LogLevel.Warning));
        proxy.Restore();

        await OutboxIsEmpty();
        Assert.Empty(Log.At(LogLevel.Error));
        await NoticesArrive(texts);
    }

    [Fact]
    public async Task Messages_wait_for_a_virtual_host_that_is_gone()
    {
        var host = await Start(o => o.MaxDeliveryAttempts = 1, consumes: false,
            bus: x => x.Publish<Notice>(p => p.BindQueue(p.Exchange.ExchangeName, "notices")));
        await WriteNotices(host, "before");
        await OutboxIsEmpty();

        await Manage(HttpMethod.Delete, $"vhosts/{VirtualHost.Name}");
        await WriteNotices(host, [.. Enumerable.Range(1, 20).Select(x => $"waiting {x}")]);
        await OutboxHas(20, "last_error IS NOT NULL");
        await VirtualHost.Declare();

        await OutboxIsEmpty();
        Assert.Empty(Log.At(LogLevel.Error));
        await QueueHas(20, "notices");
    }

    [Fact]
    public async Task Stopping_while_the_broker_is_away_hands_the_rows_back_untouched()
    {
        await using var proxy = new TcpProxy(TestServers.RabbitMq);
        proxy.Restore();
        var host = await StartBehind(proxy);
        await OneArrives(host);
        await proxy.Cut();
        await WriteNotices(host, "waiting");
        await Eventually.True(
            async () => await Sql<long>("SELECT count(*) FROM pg_locks WHERE relation = 'outbox'::regclass AND mode = 'RowShareLock'") > 0,
            "a send that is under way");

        await host.StopAsync(Cancel);

        Assert.Equal(1, await Sql<long>("SELECT count(*) FROM (SELECT 1 FROM outbox WHERE attempts = 0 AND parked_at IS NULL FOR UPDATE NOWAIT) x"));
        await Start();
        await NoticesArrive("waiting");
    }

    [Fact]
    public async Task Messages_to_a_full_queue_wait_without_delaying_or_parking_any()
    {
        await DeclareFullQueue();
        var writer = await Start(o => o.DisableDeliveryService(), consumes: false);
        await WriteNotices(writer, [.. Enumerable.Range(1, 10).Select(x => $"notice {x}")]);
        await Database.Execute(
            "UPDATE outbox SET destination_address = 'exchange:full', clr_type = 'Nothing, Nowhere', properties = NULL WHERE sequence_number <= 5");

        var host = await Start(o => o.MaxDeliveryAttempts = 1);
        await NoticesArrive([.. Enumerable.Range(6, 5).Select(x => $"notice {x}")]);
        await OutboxHas(4, "last_error IS NOT NULL");
        await WriteNotices(host, "meanwhile");
        await NoticesArrive("meanwhile");
        await OutboxHas(4, "parked_at IS NULL AND attempts = 0");

        await Eventually.True(async () =>
        {
            await Manage(HttpMethod.Delete, $"queues/{VirtualHost.Name}/full/contents");
            return await Sql<long>("SELECT count(*) FROM outbox") == 0;
        }, "an empty outbox");
    }

    // Its endpoints are like those of our services: without that a declaration which the cut meets may never end, and neither would the host.
    Task<IHost> StartBehind(TcpProxy proxy, Action<EntityFrameworkOutboxConfigurator<OrderDb>>? outbox = null) =>
        Start(outbox, port: proxy.Port, bus: x => x.UseSteadyEndpoints());

    async Task OneArrives(IHost host)
    {
        await BecomesHealthy(host);
        await WriteNotices(host, "before");
        await NoticesArrive("before");
        await OutboxIsEmpty();
    }

    async Task DeclareFullQueue()
    {
        await Manage(HttpMethod.Put, $"queues/{VirtualHost.Name}/full",
            """{"durable":true,"arguments":{"x-max-length":1,"x-overflow":"reject-publish"}}""");
        await Manage(HttpMethod.Put, $"exchanges/{VirtualHost.Name}/full", """{"type":"fanout","durable":true}""");
        await Manage(HttpMethod.Post, $"bindings/{VirtualHost.Name}/e/full/q/full", """{"routing_key":""}""");
    }

    async Task Manage(HttpMethod method, string path, string body = "{}")
    {
        using var request = new HttpRequestMessage(method, new Uri($"api/{path}", UriKind.Relative))
        {
            Content = new StringContent(body, null, "application/json"),
        };
        using var answer = await VirtualHost.Management.SendAsync(request, Cancel);
        answer.EnsureSuccessStatusCode();
    }
}
