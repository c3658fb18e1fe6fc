namespace BatchBus.Tests.Servers.MassTransitPostgres;

// Events of an order.
public sealed record OrderPlaced(Guid OrderId, string Customer);
public sealed record OrderImported(Guid OrderId, string Customer);
public sealed record ItemAdded(Guid OrderId, int Quantity = 1);
public sealed record OrderInspected(Guid OrderId);
public sealed record CustomerRenamed(string Customer, string NewName);
public sealed record OrderWeighed(Guid OrderId);
public sealed record OrderSpoiled(Guid OrderId);
public sealed record OrderCancelled(Guid OrderId);

// What the saga publishes.
public sealed record ItemCounted(Guid OrderId, int Total);
public sealed record OrderSeen(Guid OrderId);

// A consumer without a saga.
public sealed record ShipOrder(Guid OrderId);
public sealed record OrderShipped(Guid OrderId);

// Written to the outbox by hand.
public sealed record Notice(string Text) : INotice;
public sealed record UnheardNotice(string Text);

public interface INotice
{
    string Text { get; }
}
