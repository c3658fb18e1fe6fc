using MassTransit.Metadata;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>A row in the form in which MassTransit puts it back into a send context; reading a damaged row throws.</summary>
sealed class StoredMessage : OutboxMessageContext
{
    static SystemTextJsonMessageSerializer Json => SystemTextJsonMessageSerializer.Instance;

    public StoredMessage(OutboxMessage row)
    {
        Row = row;
        DestinationAddress = Address(row.DestinationAddress) ?? throw new FormatException("The message has no destination address.");
        SourceAddress = Address(row.SourceAddress);
        ResponseAddress = Address(row.ResponseAddress);
        FaultAddress = Address(row.FaultAddress);

        // Nothing stored comes back as null.
        Headers = new DictionarySendHeaders(Json.DeserializeDictionary<object?>(row.Headers) ?? []);
        Properties = Json.DeserializeDictionary<object>(row.Properties) ?? [];
    }

    public OutboxMessage Row { get; }

    public Uri DestinationAddress { get; }

    public Uri? SourceAddress { get; }

    public Uri? ResponseAddress { get; }

    public Uri? FaultAddress { get; }

    public Headers Headers { get; }

    public IReadOnlyDictionary<string, object> Properties { get; }

    public long SequenceNumber => Row.SequenceNumber;

    public Guid MessageId => Row.MessageId;

    public string ContentType => Row.ContentType;

    public string MessageType => Row.MessageType;

    public string Body => Row.Body;

    public Guid? RequestId => Row.RequestId;

    public Guid? CorrelationId => Row.CorrelationId;

    public Guid? ConversationId => Row.ConversationId;

    public Guid? InitiatorId => Row.InitiatorId;

    public DateTime? ExpirationTime => Row.ExpirationTime;

    public DateTime? SentTime => Row.SentTime;

    public HostInfo Host => HostMetadataCache.Host;

    Guid? MessageContext.MessageId => Row.MessageId;

    static Uri? Address(string? text) => text is null ? null : new Uri(text, UriKind.Absolute);
}
