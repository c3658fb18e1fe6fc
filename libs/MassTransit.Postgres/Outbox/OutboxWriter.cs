using MassTransit.Context;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Turns a message that is about to be sent into a row that is saved with the context's other changes.</summary>
sealed class OutboxWriter<TDb>(OutboxCommits<TDb> commits, TimeProvider clock)
    where TDb : DbContext
{
    static SystemTextJsonMessageSerializer Json => SystemTextJsonMessageSerializer.Instance;

    public void Add<T>(TDb db, SendContext<T> message)
        where T : class
    {
        var row = Row(message);

        // A handler may publish several messages at once; a context is not made for that.
        lock (db) db.Add(row);
        commits.Expect(db);
    }

    OutboxMessage Row<T>(SendContext<T> message)
        where T : class
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return new OutboxMessage
        {
            MessageId = message.MessageId ?? throw new MessageException(typeof(T), "A message without a MessageId cannot be kept in the outbox."),
            ContentType = (message.ContentType ?? message.Serialization.DefaultContentType).ToString(),
            MessageType = string.Join(';', message.SupportedMessageTypes),
            ClrType = $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}",
            Body = message.Serializer.GetMessageBody(message).GetString(),
            Headers = Json.SerializeDictionary(message.Headers.GetAll()),
            Properties = Json.SerializeDictionary(PropertiesOf(message)),
            RequestId = message.RequestId,
            CorrelationId = message.CorrelationId,
            ConversationId = message.ConversationId,
            InitiatorId = message.InitiatorId,
            ExpirationTime = now + message.TimeToLive,
            SourceAddress = message.SourceAddress?.ToString(),
            DestinationAddress = message.DestinationAddress?.ToString(),
            ResponseAddress = message.ResponseAddress?.ToString(),
            FaultAddress = message.FaultAddress?.ToString(),
            SentTime = message.SentTime?.ToUniversalTime() ?? now,
        };
    }

    static Dictionary<string, object> PropertiesOf(SendContext message)
    {
        var properties = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        if (message is TransportSendContext transport) transport.WritePropertiesTo(properties);
        return properties;
    }
}
