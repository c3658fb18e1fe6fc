using MassTransit;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

public sealed class OrderStateMachine : MassTransitStateMachine<Order>
{
    public OrderStateMachine(Meeting meeting)
    {
        InstanceState(x => x.CurrentState);
        Correlate();

        Initially(
            When(Placed).Then(Place).TransitionTo(Open),
            When(Imported).Then(x => x.Saga.Placed++).TransitionTo(Open));
        During(Open,
            When(Placed).Then(Place),
            When(Imported).Then(x => x.Saga.Placed++),
            When(ItemAdded).Then(x => x.Saga.Items += x.Message.Quantity).Publish(x => new ItemCounted(x.Saga.CorrelationId, x.Saga.Items)),
            When(Inspected).Then(x => x.Saga.Customer = "changed by a read-only event").Publish(x => new OrderSeen(x.Saga.CorrelationId)),
            When(Renamed).Then(x => x.Saga.Customer = x.Message.NewName),
            When(Weighed).ThenAsync(x => meeting.Attend(x.CancellationToken)).Then(x => x.Saga.Items = 1),
            When(Spoiled).Then(x => x.Saga.Items = 99).Publish(x => new ItemCounted(x.Saga.CorrelationId, 99))
                .Then(_ => throw new SpoiledException()),
            When(Cancelled).Finalize());
        SetCompletedWhenFinalized();
    }

    public State Open { get; private set; } = null!;

    public Event<OrderPlaced> Placed { get; private set; } = null!;
    public Event<OrderImported> Imported { get; private set; } = null!;
    public Event<ItemAdded> ItemAdded { get; private set; } = null!;
    public Event<OrderInspected> Inspected { get; private set; } = null!;
    public Event<CustomerRenamed> Renamed { get; private set; } = null!;
    public Event<OrderWeighed> Weighed { get; private set; } = null!;
    public Event<OrderSpoiled> Spoiled { get; private set; } = null!;
    public Event<OrderCancelled> Cancelled { get; private set; } = null!;

    void Correlate()
    {
        Event(() => Placed, x =>
        {
            x.CorrelateById(m => m.Message.OrderId);
            x.InsertOnInitial = true;
            x.SetSagaFactory(m => new Order { CorrelationId = m.Message.OrderId, Customer = m.Message.Customer, CurrentState = "Initial" });
        });
        Event(() => Imported, x => x.CorrelateById(m => m.Message.OrderId));
        Event(() => ItemAdded, x => x.CorrelateById(m => m.Message.OrderId));
        Event(() => Inspected, x =>
        {
            x.CorrelateById(m => m.Message.OrderId);
            x.ReadOnly = true;
        });
        Event(() => Renamed, x => x.CorrelateBy((order, m) => order.Customer == m.Message.Customer));
        Event(() => Weighed, x => x.CorrelateById(m => m.Message.OrderId));
        Event(() => Spoiled, x => x.CorrelateById(m => m.Message.OrderId));
        Event(() => Cancelled, x => x.CorrelateById(m => m.Message.OrderId));
    }

    static void Place(BehaviorContext<Order, OrderPlaced> x)
    {
        x.Saga.Customer = x.Message.Customer;
        x.Saga.Placed++;
    }
}

/// <summary>Whether the saga stands behind the inbox, whose transaction it then joins, or has to open its own.</summary>
public sealed record SagaSetup(bool UsesInbox);

public sealed class OrderSagaDefinition(SagaSetup setup) : SagaDefinition<Order>
{
    protected override void ConfigureSaga(IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<Order> sagaConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.ConcurrentMessageLimit = 16;
        endpointConfigurator.UseMessageRetry(x =>
        {
            x.Ignore<SpoiledException>();
            x.Immediate(10);
        });
        if (setup.UsesInbox) endpointConfigurator.UseEntityFrameworkOutbox<OrderDb>(context);
    }
}

public sealed class SpoiledException : Exception
{
    public SpoiledException()
        : base("The order is spoiled.")
    {
    }
}

/// <summary>Handlers that attend go on when all of the expected ones are there.</summary>
public sealed class Meeting
{
    readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _present;

    public int Expected { get; set; } = int.MaxValue;

    public int Present => _present;

    public async Task Attend(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _present) >= Expected) _complete.TrySetResult();
        await _complete.Task.WaitAsync(TimeSpan.FromMinutes(3), TimeProvider.System, cancellationToken);
    }

    public void End() => _complete.TrySetResult();
}
