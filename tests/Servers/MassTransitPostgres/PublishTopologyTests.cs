using MassTransit;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

public sealed class PublishTopologyTests : OrderServers
{
    [Fact]
    public async Task A_message_published_before_any_consumer_existed_is_kept_in_the_queue_bound_to_it()
    {
        var publisher = await Start(consumes: false, bus: Bind);

        await WriteNotices(publisher, "early");

        await OutboxIsEmpty();
        await QueueHas(1, "notices");
        Assert.NotNull(await Queue("notices"));
    }

    [Fact]
    public async Task A_queue_bound_by_publisher_and_consumer_gets_each_message_once()
    {
        var publisher = await Start(consumes: false, bus: x => x.Publish<Notice>(p => p.BindQueue(p.Exchange.ExchangeName, "Recording")));
        await WriteNotices(publisher, "early");
        await OutboxIsEmpty();

        await Start(o => o.DisableDeliveryService());
        await WriteNotices(publisher, "late");

        await NoticesArrive("early", "late");
        await QueueHas(0, "Recording");
        Assert.Equal(2, Recorder.Count<Notice>());
    }

    [Fact]
    public async Task A_queue_bound_to_an_exchange_of_its_own_gets_nothing()
    {
        var publisher = await Start(consumes: false, bus: x => x.Publish<Notice>(p => p.BindQueue("notices", "notices")));

        await WriteNotices(publisher, "lost");
        await OutboxIsEmpty();

        Assert.NotNull(await Queue("notices"));
        var exchange = Uri.EscapeDataString($"{typeof(Notice).Namespace}:{nameof(Notice)}");
        var bindings = new Uri($"api/bindings/{VirtualHost.Name}/e/{exchange}/q/notices", UriKind.Relative);
        Assert.Equal("[]", await VirtualHost.Management.GetStringAsync(bindings, Cancel));
    }

    [Fact]
    public async Task The_queue_is_bound_even_when_an_earlier_process_wrote_the_message()
    {
        var writer = await Start(o => o.DisableDeliveryService(), consumes: false);
        await WriteNotices(writer, "early");
        await writer.StopAsync(Cancel);
        Assert.Null(await Queue("notices"));

        await Start(consumes: false, bus: Bind);

        await QueueHas(1, "notices");
    }

    [Fact]
    public async Task The_start_of_the_bus_binds_the_queue_when_it_deploys_the_publish_topology()
    {
        await Start(consumes: false, bus: x =>
        {
            Bind(x);
            x.DeployPublishTopology = true;
        });

        Assert.NotNull(await Queue("notices"));
    }

    [Fact]
    public async Task The_start_of_the_bus_alone_binds_nothing()
    {
        var host = await Start(consumes: false, bus: Bind);
        await BecomesHealthy(host);

        Assert.Null(await Queue("notices"));
    }

    [Fact]
    public async Task The_first_message_reaches_consumers_of_an_interface_it_implements()
    {
        var heard = new TaskCompletionSource<string>();
        var host = await Start(consumes: false, bus: x => x.ReceiveEndpoint("interface", e => e.Handler<INotice>(c =>
        {
            heard.TrySetResult(c.Message.Text);
            return Task.CompletedTask;
        })));

        await WriteNotices(host, "implements");

        Assert.Equal("implements", await heard.Task.WaitAsync(TimeSpan.FromMinutes(3), TimeProvider.System, Cancel));
    }

    // The first argument is the exchange that the queue is bound to: the message's own, for MassTransit connects no other one with it.
    static void Bind(IRabbitMqBusFactoryConfigurator bus) => bus.Publish<Notice>(p => p.BindQueue(p.Exchange.ExchangeName, "notices"));
}
