namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>One message that one consumer has handled.</summary>
public sealed class InboxState
{
    /// <summary>The message's identity; that of the first delivery when the message was redelivered.</summary>
    public Guid MessageId { get; set; }

    /// <summary>The consumer's identity, derived from its type, the message's type and the endpoint's name.</summary>
    public Guid ConsumerId { get; set; }

    /// <summary>When it was handled, by the database's clock.</summary>
    public DateTime ReceivedAt { get; set; }
}
