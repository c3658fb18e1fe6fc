namespace BatchBus.Tests.Servers.MassTransitPostgres;

// With a poll every 10 minutes, whatever arrives was delivered because of its commit.
public sealed class BusOutboxTests : OrderServers
{
    static readonly TimeSpan Never = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_message_leaves_with_the_commit_of_its_transaction_and_not_before()
    {
        var host = await Start(o => o.QueryDelay = Never);

        await Request(host, async (db, publisher) =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await publisher.Publish(new Notice("first"), Cancel);
            await db.SaveChangesAsync(Cancel);

            // Another message's commit wakes the delivery: it must not find the uncommitted one.
            await WriteNotices(host, "second");
            await NoticesArrive("second");
            Assert.Equal(1, Recorder.Count<Notice>());
            await transaction.CommitAsync(Cancel);
        });

        await NoticesArrive("first");
        await OutboxIsEmpty();
    }

    [Fact]
    public async Task A_message_leaves_with_SaveChanges_when_there_is_no_transaction()
    {
        var host = await Start(o => o.QueryDelay = Never);

        await WriteNotices(host, "one", "two");

        await NoticesArrive("one", "two");
    }

    [Fact]
    public async Task A_rolled_back_message_never_leaves()
    {
        var host = await Start(o => o.QueryDelay = Never);

        await Request(host, async (db, publisher) =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await publisher.Publish(new Notice("never"), Cancel);
            await db.SaveChangesAsync(Cancel);
            await transaction.RollbackAsync(Cancel);
        });
        await Request(host, (_, publisher) => publisher.Publish(new Notice("not saved"), Cancel));
        await WriteNotices(host, "after");

        await NoticesArrive("after");
        Assert.Equal(1, Recorder.Count<Notice>());
    }

    [Fact]
    public async Task What_a_consumer_publishes_leaves_with_its_commit()
    {
        var host = await Start(o => o.QueryDelay = Never);

        await Publish(host, new ShipOrder(Guid.NewGuid()));

        await Recorded<OrderShipped>(1);
    }

    [Fact]
    public async Task A_commit_in_a_process_that_does_not_deliver_is_found_by_the_poll_of_one_that_does()
    {
        var writer = await Start(o => o.DisableDeliveryService(), consumes: false);
        await Start(o => o.QueryDelay = TimeSpan.FromMilliseconds(200));

        await WriteNotices(writer, "polled");

        await NoticesArrive("polled");
    }
}
