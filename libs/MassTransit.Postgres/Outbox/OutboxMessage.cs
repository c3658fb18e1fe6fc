namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// One message on its way to the broker. Addresses, headers and properties stay text, so that a row nobody can read spoils only its own delivery.
/// </summary>
public sealed class OutboxMessage
{
    /// <summary>The order of writing, which is the order of delivery as far as there is one.</summary>
    public long SequenceNumber { get; set; }

    /// <summary>The identity that the message keeps, however often it is delivered.</summary>
    public Guid MessageId { get; set; }

    /// <summary>The body's content type.</summary>
    public string ContentType { get; set; } = "";

    /// <summary>The URNs of the message's types, separated by semicolons.</summary>
    public string MessageType { get; set; } = "";

    /// <summary>The .NET type the message was published as, whose publish topology is deployed with its first delivery.</summary>
    public string ClrType { get; set; } = "";

    /// <summary>The serialised envelope.</summary>
    public string Body { get; set; } = "";

    /// <summary>The headers as a JSON object; null when there are none.</summary>
    public string? Headers { get; set; }

    /// <summary>The transport's properties (priority, routing key and the like) as a JSON object; null when there are none.</summary>
    public string? Properties { get; set; }

    /// <summary>The request that the message is or answers.</summary>
    public Guid? RequestId { get; set; }

    /// <summary>The correlation of the message.</summary>
    public Guid? CorrelationId { get; set; }

    /// <summary>The conversation that the message belongs to.</summary>
    public Guid? ConversationId { get; set; }

    /// <summary>The correlation of the message that caused this one.</summary>
    public Guid? InitiatorId { get; set; }

    /// <summary>When the message is worth nothing any more; null for never. A later delivery deletes it unsent.</summary>
    public DateTime? ExpirationTime { get; set; }

    /// <summary>Where the message comes from.</summary>
    public string? SourceAddress { get; set; }

    /// <summary>Where the message goes.</summary>
    public string? DestinationAddress { get; set; }

    /// <summary>Where the answer to a request goes.</summary>
    public string? ResponseAddress { get; set; }

    /// <summary>Where faults go.</summary>
    public string? FaultAddress { get; set; }

    /// <summary>When the message was written.</summary>
    public DateTime SentTime { get; set; }

    /// <summary>Failed deliveries for a reason that lies in the message; trouble of the broker is not counted.</summary>
    public int Attempts { get; set; }

    /// <summary>The earliest time of the next delivery, by the database's clock.</summary>
    public DateTime NextAttemptAt { get; set; }

    /// <summary>The exception of the last failed delivery, of either kind.</summary>
    public string? LastError { get; set; }

    /// <summary>When delivery was given up; null while it is tried. A parked row is left to a human.</summary>
    public DateTime? ParkedAt { get; set; }
}
