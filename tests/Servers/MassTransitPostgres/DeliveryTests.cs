using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

public sealed class DeliveryTests : OrderServers
{
    [Fact]
    public async Task What_was_committed_before_a_crash_is_delivered_by_the_next_process()
    {
        var crashed = await Start(o => o.DisableDeliveryService());
        await Publish(crashed, new ShipOrder(Guid.NewGuid()));
        await Eventually.True(async () => await Sql<long>("SELECT count(*) FROM outbox") == 1, "the committed event");
        await crashed.StopAsync(Cancel);

        await Start();

        await Recorded<OrderShipped>(1);
        await OutboxIsEmpty();
    }

    [Fact]
    public async Task A_message_keeps_identity_headers_and_transport_properties()
    {
        var host = await Start();
        var (messageId, correlation) = (NewId.NextGuid(), NewId.NextGuid());

        await Request(host, async (db, publisher) =>
        {
            await publisher.Publish(new Notice("urgent"), x =>
            {
                x.MessageId = messageId;
                x.CorrelationId = correlation;
                x.Headers.Set("tenant", "acme");
                x.SetPriority(7);
                x.SetRoutingKey("eu.west");
            }, Cancel);
            await db.SaveChangesAsync(Cancel);
        });
        await NoticesArrive("urgent");

        var received = Assert.Single(Recorder.All<Notice>());
        Assert.Equal((messageId, correlation), (received.MessageId, received.CorrelationId));
        Assert.Equal("acme", received.Headers.Get<string>("tenant"));
        Assert.Equal((7, "eu.west"), (received.Priority, received.RoutingKey));
    }

    [Fact]
    public async Task A_trace_goes_on_behind_the_outbox()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = x => x.Name is "MassTransit" or nameof(DeliveryTests),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(DeliveryTests));
        var host = await Start();

        using var request = source.StartActivity("request");
        await WriteNotices(host, "traced");
        await NoticesArrive("traced");

        Assert.NotNull(request);
        Assert.Contains(request.TraceId.ToString(), Assert.Single(Recorder.All<Notice>()).TraceId);
    }

    [Fact]
    public async Task A_message_sent_again_has_the_same_identity_and_is_handled_once()
    {
        // The message leaves, but the row cannot be deleted: the same as a crash between the two.
        await Database.Execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not now''; END';
            CREATE TRIGGER refuse BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        var host = await Start();
        await Request(host, async (db, publisher) =>
        {
            await publisher.Publish(new Notice("again"), Cancel);
            await publisher.Publish(new ShipOrder(Guid.NewGuid()), Cancel);
            await db.SaveChangesAsync(Cancel);
        });
        await Eventually.True(() => Task.FromResult(Recorder.Count<Notice>() >= 2), "the message twice");
        await Eventually.True(async () => await Sql<long>("SELECT count(*) FROM shipments") > 0, "the order to be shipped");
        Assert.Single(Log.At(LogLevel.Warning));

        await Database.Execute("DROP TRIGGER refuse ON outbox");
        await OutboxIsEmpty();

        Assert.Single(Recorder.All<Notice>().Select(x => x.MessageId).Distinct());
        Assert.Equal(1, await Sql<long>("SELECT count(*) FROM shipments"));
    }

    [Fact]
    public async Task An_expired_message_is_not_sent()
    {
        var writer = await Start(o => o.DisableDeliveryService(), consumes: false);
        await Request(writer, async (db, publisher) =>
        {
            await publisher.Publish(new Notice("late"), x => x.TimeToLive = TimeSpan.FromMilliseconds(1), Cancel);
            await publisher.Publish(new Notice("in time"), x => x.TimeToLive = TimeSpan.FromMinutes(5), Cancel);
            await db.SaveChangesAsync(Cancel);
        });

        await Start();

        await NoticesArrive("in time");
        await OutboxIsEmpty();
        Assert.Equal(1, Recorder.Count<Notice>());
    }

    [Theory]
    [InlineData("destination_address = 'carrier-pigeon://loft/7'")]
    [InlineData("destination_address = 'not an address'")]
    [InlineData("destination_address = NULL")]
    [InlineData("body = '{ broken'")]
    [InlineData("headers = '{ broken'")]
    [InlineData("content_type = ''")]
    public async Task A_message_that_nobody_can_send_is_parked_and_delays_no_other(string damage)
    {
        var writer = await Start(o => o.DisableDeliveryService(), consumes: false);
        await WriteNotices(writer, ["poison", .. Enumerable.Range(1, 20).Select(x => $"good {x}")]);
        await Database.Execute($"UPDATE outbox SET {damage} WHERE sequence_number = 1");

        var host = await Start(o => o.MaxDeliveryAttempts = 2);
        await NoticesArrive([.. Enumerable.Range(1, 20).Select(x => $"good {x}")]);
        await OutboxHas(1, "parked_at IS NOT NULL AND attempts = 2");
        await WriteNotices(host, "later");
        await NoticesArrive("later");

        await OutboxHas(1, "true");
        Assert.NotEmpty(await Sql<string>("SELECT last_error FROM outbox"));
        Assert.Single(Log.At(LogLevel.Error));
        Assert.DoesNotContain(Recorder.All<Notice>(), x => ((Notice)x.Message).Text == "poison");
    }

    [Fact]
    public async Task A_message_that_breaks_the_channel_is_parked_and_not_those_it_was_sent_with()
    {
        var writer = await Start(o => o.DisableDeliveryService(), consumes: false);
        await WriteNotices(writer, ["poison", .. Enumerable.Range(1, 20).Select(x => $"good {x}")]);

        // The exchange is of another type, for which RabbitMQ closes the channel under everything that is on its way.
        await Database.Execute(
            "UPDATE outbox SET destination_address = 'exchange:amq.direct?type=fanout', clr_type = 'Nothing, Nowhere' WHERE sequence_number = 1");
        await Start(o =>
        {
            o.MaxDeliveryAttempts = 1;
            o.MessageDeliveryTimeout = TimeSpan.FromSeconds(2);
        });

        await NoticesArrive([.. Enumerable.Range(1, 20).Select(x => $"good {x}")]);
        await OutboxHas(1, "parked_at IS NOT NULL AND sequence_number = 1");
        await OutboxHas(1, "true");
    }

    [Fact]
    public async Task A_parked_message_leaves_when_a_human_has_mended_it()
    {
        var writer = await Start(o => o.DisableDeliveryService(), consumes: false);
        await WriteNotices(writer, "mended");
        var address = await Sql<string>("SELECT destination_address FROM outbox");
        await Database.Execute("UPDATE outbox SET destination_address = NULL");
        await Start(o => o.MaxDeliveryAttempts = 1);
        await OutboxHas(1, "parked_at IS NOT NULL");

        await Database.Execute("UPDATE outbox SET destination_address = $1, parked_at = NULL, attempts = 0, next_attempt_at = now()", address);

        await NoticesArrive("mended");
    }
}
