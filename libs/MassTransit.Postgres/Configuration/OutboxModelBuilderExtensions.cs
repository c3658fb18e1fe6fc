using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MassTransit;

/// <summary>Maps the inbox and outbox tables; column names are set here, so that no naming convention changes them.</summary>
public static class OutboxModelBuilderExtensions
{
    /// <summary>Maps the inbox to the table <c>inbox</c>.</summary>
    /// <param name="modelBuilder">The builder of the context's model.</param>
    /// <param name="callback">Changes the mapping, such as the table's name.</param>
    public static void AddInboxStateEntity(this ModelBuilder modelBuilder, Action<EntityTypeBuilder<InboxState>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        var inbox = modelBuilder.Entity<InboxState>();
        inbox.ToTable("inbox");
        inbox.HasKey(x => new { x.MessageId, x.ConsumerId });
        inbox.Property(x => x.MessageId).HasColumnName("message_id");
        inbox.Property(x => x.ConsumerId).HasColumnName("consumer_id");
        inbox.Property(x => x.ReceivedAt).HasColumnName("received_at").HasDefaultValueSql("now()");
        inbox.HasIndex(x => x.ReceivedAt).HasDatabaseName("ix_inbox_received_at");
        callback?.Invoke(inbox);
    }

    /// <summary>Maps the outbox to the table <c>outbox</c>.</summary>
    /// <param name="modelBuilder">The builder of the context's model.</param>
    /// <param name="callback">Changes the mapping, such as the table's name.</param>
    public static void AddOutboxMessageEntity(this ModelBuilder modelBuilder, Action<EntityTypeBuilder<OutboxMessage>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        var outbox = modelBuilder.Entity<OutboxMessage>();
        outbox.ToTable("outbox");
        outbox.HasKey(x => x.SequenceNumber);
        outbox.Property(x => x.SequenceNumber).HasColumnName("sequence_number").UseIdentityAlwaysColumn();
        MapMessage(outbox);
        MapDelivery(outbox);
        callback?.Invoke(outbox);
    }

    static void MapMessage(EntityTypeBuilder<OutboxMessage> outbox)
    {
        outbox.Property(x => x.MessageId).HasColumnName("message_id");
        outbox.Property(x => x.ContentType).HasColumnName("content_type");
        outbox.Property(x => x.MessageType).HasColumnName("message_type");
        outbox.Property(x => x.ClrType).HasColumnName("clr_type");
        outbox.Property(x => x.Body).HasColumnName("body");
        outbox.Property(x => x.Headers).HasColumnName("headers");
        outbox.Property(x => x.Properties).HasColumnName("properties");
        outbox.Property(x => x.RequestId).HasColumnName("request_id");
        outbox.Property(x => x.CorrelationId).HasColumnName("correlation_id");
        outbox.Property(x => x.ConversationId).HasColumnName("conversation_id");
        outbox.Property(x => x.InitiatorId).HasColumnName("initiator_id");
        outbox.Property(x => x.ExpirationTime).HasColumnName("expiration_time");
        outbox.Property(x => x.SourceAddress).HasColumnName("source_address");
        outbox.Property(x => x.DestinationAddress).HasColumnName("destination_address");
        outbox.Property(x => x.ResponseAddress).HasColumnName("response_address");
        outbox.Property(x => x.FaultAddress).HasColumnName("fault_address");
        outbox.Property(x => x.SentTime).HasColumnName("sent_time");
    }

    static void MapDelivery(EntityTypeBuilder<OutboxMessage> outbox)
    {
        outbox.Property(x => x.Attempts).HasColumnName("attempts").HasDefaultValue(0);
        outbox.Property(x => x.NextAttemptAt).HasColumnName("next_attempt_at").HasDefaultValueSql("now()");
        outbox.Property(x => x.LastError).HasColumnName("last_error");
        outbox.Property(x => x.ParkedAt).HasColumnName("parked_at");
        outbox.HasIndex(x => x.SequenceNumber).HasFilter("parked_at IS NULL").HasDatabaseName("ix_outbox_undelivered");
    }
}
