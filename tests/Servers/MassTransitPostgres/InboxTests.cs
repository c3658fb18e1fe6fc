using MassTransit;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

public sealed class InboxTests : OrderServers
{
    [Fact]
    public async Task A_message_delivered_six_times_at_once_is_handled_once()
    {
        var host = await Start();
        var (order, messageId) = (NewId.NextGuid(), NewId.NextGuid());

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Publish(host, new ShipOrder(order), messageId)));
        await Publish(host, new ShipOrder(NewId.NextGuid()));

        await Acknowledged(7);
        Assert.Equal(1, await Sql<long>("SELECT count(*) FROM shipments WHERE order_id = $1", order));
        await Recorded<OrderShipped>(2);
        Assert.Null(await Queue("Shipping_skipped"));
        Assert.Null(await Queue("Shipping_error"));
    }

    [Fact]
    public async Task A_redelivered_message_keeps_its_first_identity()
    {
        var host = await Start();
        var (order, messageId) = (NewId.NextGuid(), NewId.NextGuid());

        await Publish(host, new ShipOrder(order), messageId);
        await Recorded<OrderShipped>(1);
        await Publish(host, new ShipOrder(order), configure: x => x.Headers.Set(MessageHeaders.OriginalMessageId, messageId));

        await Acknowledged(2);
        Assert.Equal(1, await Sql<long>("SELECT count(*) FROM shipments"));
    }

    [Fact]
    public async Task A_failed_message_is_not_taken_for_handled_when_it_comes_again()
    {
        var host = await Start();
        await Database.Execute("ALTER TABLE shipments RENAME TO gone");
        var (order, messageId) = (NewId.NextGuid(), NewId.NextGuid());
        await Publish(host, new ShipOrder(order), messageId);
        await QueueHas(1, "Shipping_error");

        await Database.Execute("ALTER TABLE gone RENAME TO shipments");
        await Publish(host, new ShipOrder(order), messageId);

        await Eventually.True(async () => await Sql<long>("SELECT count(*) FROM shipments") == 1, "the message handled after all");
    }

    [Fact]
    public async Task Old_rows_are_forgotten_and_young_ones_kept()
    {
        await Database.Execute(
            """
            INSERT INTO inbox SELECT gen_random_uuid(), gen_random_uuid(), now() - interval '31 minutes' FROM generate_series(1, 2500);
            INSERT INTO inbox SELECT gen_random_uuid(), gen_random_uuid(), now() - interval '1 minute';
            """);

        await Start(consumes: false);

        await Eventually.True(async () => await Sql<long>("SELECT count(*) FROM inbox") == 1, "only the young row");
    }

    Task Acknowledged(int messages) => Eventually.True(
        async () => (await Queue("Shipping"))?.TryGetProperty("message_stats", out var stats) == true && stats.TryGetProperty("ack", out var count)
            && count.GetInt32() == messages,
        $"{messages} acknowledged messages");
}
