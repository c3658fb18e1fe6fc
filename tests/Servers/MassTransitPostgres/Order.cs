using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Tests.Servers.MassTransitPostgres;

public sealed class Order : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public string Customer { get; set; } = "";
    public int Placed { get; set; }
    public int Items { get; set; }
}

public sealed class Shipment
{
    public int Id { get; set; }
    public Guid OrderId { get; set; }
}

public sealed class OrderDb(DbContextOptions<OrderDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>(x =>
        {
            x.ToTable("orders");
            x.HasKey(o => o.CorrelationId);
        });
        modelBuilder.Entity<Shipment>().ToTable("shipments");
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
    }

    public const string Schema =
        """
        CREATE TABLE inbox (
            message_id uuid NOT NULL,
            consumer_id uuid NOT NULL,
            received_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (message_id, consumer_id));
        CREATE INDEX ix_inbox_received_at ON inbox (received_at);

        CREATE TABLE outbox (
            sequence_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            message_id uuid NOT NULL,
            content_type text NOT NULL,
            message_type text NOT NULL,
            clr_type text NOT NULL,
            body text NOT NULL,
            headers text,
            properties text,
            request_id uuid,
            correlation_id uuid,
            conversation_id uuid,
            initiator_id uuid,
            expiration_time timestamptz,
            source_address text,
            destination_address text,
            response_address text,
            fault_address text,
            sent_time timestamptz NOT NULL,
            attempts int NOT NULL DEFAULT 0,
            next_attempt_at timestamptz NOT NULL DEFAULT now(),
            last_error text,
            parked_at timestamptz);
        CREATE INDEX ix_outbox_undelivered ON outbox (sequence_number) WHERE parked_at IS NULL;

        CREATE TABLE orders (
            correlation_id uuid PRIMARY KEY, current_state text NOT NULL, customer text NOT NULL, placed int NOT NULL, items int NOT NULL);
        CREATE TABLE order_lines (order_id uuid NOT NULL REFERENCES orders (correlation_id));
        CREATE TABLE shipments (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id uuid NOT NULL);
        """;
}
