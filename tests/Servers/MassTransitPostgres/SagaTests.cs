using MassTransit;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

/// <summary>What a saga has to do with and without the inbox's transaction around it.</summary>
public abstract class SagaTests : OrderServers
{
    [Fact]
    public async Task The_first_event_creates_the_instance_and_later_ones_change_it()
    {
        var host = await Start();
        var id = NewId.NextGuid();

        await Publish(host, new OrderPlaced(id, "Ada"));
        await OrderIs(id, "current_state = 'Open' AND customer = 'Ada' AND items = 0");
        await Publish(host, new ItemAdded(id, 3));
        await OrderIs(id, "items = 3");
        await Recorded<ItemCounted>(1);
    }

    [Fact]
    public async Task Eight_concurrent_first_events_that_insert_make_one_instance()
    {
        var host = await Start();
        var id = NewId.NextGuid();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Publish(host, new OrderPlaced(id, "Ada"))));

        await OrderIs(id, "placed = 8");
    }

    [Fact]
    public async Task Eight_concurrent_first_events_that_are_retried_make_one_instance()
    {
        var host = await Start();
        var id = NewId.NextGuid();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Publish(host, new OrderImported(id, "Ada"))));

        await OrderIs(id, "placed = 8");
    }

    [Fact]
    public async Task Forty_concurrent_events_on_one_instance_all_count()
    {
        var host = await Start();
        var id = await Placed(host);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Publish(host, new ItemAdded(id))));

        await OrderIs(id, "items = 40");
        await Recorded<ItemCounted>(40);
        Assert.Equal(Enumerable.Range(1, 40), Recorder.All<ItemCounted>().Select(x => ((ItemCounted)x.Message).Total).Order());
    }

    [Fact]
    public async Task Events_on_different_instances_run_at_the_same_time()
    {
        var host = await Start();
        Guid[] ids = [await Placed(host), await Placed(host), await Placed(host)];
        Meeting.Expected = 3;

        await Task.WhenAll(ids.Select(x => Publish(host, new OrderWeighed(x))));

        foreach (var id in ids) await OrderIs(id, "items = 1");
    }

    [Fact]
    public async Task A_child_row_can_be_inserted_while_an_event_is_handled()
    {
        var host = await Start();
        var id = await Placed(host);
        await Publish(host, new OrderWeighed(id));
        await Eventually.True(() => Task.FromResult(Meeting.Present == 1), "the handler at work");

        await Database.Execute($"SET lock_timeout = '2s'; INSERT INTO order_lines VALUES ('{id}')");
        await Assert.ThrowsAsync<PostgresException>(
            () => Database.Execute($"SELECT 1 FROM orders WHERE correlation_id = '{id}' FOR NO KEY UPDATE NOWAIT"));
    }

    [Fact]
    public async Task A_query_reaches_every_instance_it_finds_and_no_other()
    {
        var host = await Start();
        Guid[] ids = [await Placed(host, "Ada"), await Placed(host, "Ada")];
        var other = await Placed(host, "Grace");

        await Publish(host, new CustomerRenamed("Ada", "Countess"));

        foreach (var id in ids) await OrderIs(id, "customer = 'Countess'");
        await OrderIs(other, "customer = 'Grace'");
    }

    [Fact]
    public async Task A_read_only_event_saves_nothing_but_may_publish()
    {
        var host = await Start();
        var id = await Placed(host);

        await Publish(host, new OrderInspected(id));

        await Recorded<OrderSeen>(1);
        await OrderIs(id, "customer = 'Ada'");
    }

    [Fact]
    public async Task A_handler_that_throws_saves_nothing()
    {
        var host = await Start();
        var id = await Placed(host);

        await Publish(host, new OrderSpoiled(id));

        await Recorded<Fault<OrderSpoiled>>(1);
        await Publish(host, new ItemAdded(id));
        await OrderIs(id, "items = 1");
    }

    [Fact]
    public async Task Finalising_deletes_the_instance()
    {
        var host = await Start();
        var id = await Placed(host);

        await Publish(host, new OrderCancelled(id));

        await Eventually.True(async () => await Sql<long>("SELECT count(*) FROM orders WHERE correlation_id = $1", id) == 0, "no row");
    }

    [Fact]
    public async Task Instances_can_be_loaded_and_found_without_an_event()
    {
        var host = await Start();
        var id = await Placed(host, "Ada");

        var order = await host.Services.GetRequiredService<ILoadSagaRepository<Order>>().Load(id);
        var found = await host.Services.GetRequiredService<IQuerySagaRepository<Order>>().Find(new SagaQuery<Order>(x => x.Customer == "Ada"));

        Assert.Equal("Ada", order.Customer);
        Assert.Equal(id, Assert.Single(found));
    }

    protected async Task<Guid> Placed(IHost host, string customer = "Ada")
    {
        var id = NewId.NextGuid();
        await Publish(host, new OrderPlaced(id, customer));
        await OrderIs(id, "current_state = 'Open'");
        return id;
    }

    protected Task OrderIs(Guid id, string condition) => Eventually.True(
        async () => await Sql<long>($"SELECT count(*) FROM orders WHERE correlation_id = $1 AND {condition}", id) == 1, $"an order with {condition}");
}

public sealed class SagaWithoutInboxTests : SagaTests
{
    protected override SagaSetup Setup => new(UsesInbox: false);
}

public sealed class SagaBehindInboxTests : SagaTests
{
    [Fact]
    public async Task A_handler_that_throws_publishes_nothing()
    {
        var host = await Start();
        var id = await Placed(host);

        await Publish(host, new OrderSpoiled(id));

        await Recorded<Fault<OrderSpoiled>>(1);
        await Publish(host, new ItemAdded(id));
        await OrderIs(id, "items = 1");
        await Recorded<ItemCounted>(1);
        Assert.Equal(1, ((ItemCounted)Assert.Single(Recorder.All<ItemCounted>()).Message).Total);
    }
}
