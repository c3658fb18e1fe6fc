using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace BatchBus.Api.DeadLetters;

/// <summary>A dead message, with what MassTransit's headers say about its end.</summary>
sealed class DeadLetter(BasicGetResult message)
{
    /// <summary>Names the replay that a message has been through.</summary>
    public const string ReplayHeader = "BatchBus-Replay";

    const string Redeliveries = "MT-Redelivery-Count";

    // Added when a message dies, by MassTransit or, on its way through a delay queue, by RabbitMQ. Those of the host name the process that
    // moved it; the sender's are inside the envelope.
    static readonly string[] AddedAtDeath = ["MT-Fault-", "MT-Host-", "MT-Reason", Redeliveries, "x-death", "x-first-death-", "x-last-death-", ReplayHeader];

    public ulong Tag => message.DeliveryTag;

    /// <summary>The exception's full name; null for a message that nobody wanted.</summary>
    public string? ExceptionType => Header("MT-Fault-ExceptionType");

    public string? Replay => Header(ReplayHeader);

    public Guid? MessageId => Guid.TryParse(message.BasicProperties.MessageId, out var id) ? id : null;

    /// <summary>What the exception said, or which kind of message nobody wanted.</summary>
    public string Message(Envelope envelope) => ExceptionType is null
        ? $"No consumer of the queue takes {envelope.MessageType ?? "a message without a type"}."
        : Header("MT-Fault-Message") ?? "";

    /// <summary>When it died; of a skipped message, which bears no such time, when it was sent.</summary>
    public DateTimeOffset? DiedAt(Envelope envelope) =>
        DateTimeOffset.TryParse(Header("MT-Fault-Timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : envelope.SentAt;

    public Envelope Envelope() => DeadLetters.Envelope.Read(message.Body);

    /// <summary>The message as it was before it died, with all of its tries before it again. Priority and ids are kept.</summary>
    public (BasicProperties Properties, ReadOnlyMemory<byte> Body) Revive(string replay)
    {
        var headers = new Dictionary<string, object?>();
        foreach (var (name, value) in message.BasicProperties.Headers ?? new Dictionary<string, object?>())
            if (!AddedAtDeath.Any(added => name.StartsWith(added, StringComparison.OrdinalIgnoreCase))) headers[name] = value;
        headers[ReplayHeader] = replay;
        var properties = new BasicProperties(message.BasicProperties) { Headers = headers, Persistent = true };
        // MassTransit reads the count out of the envelope.
        return (properties, DeadLetters.Envelope.Without(message.Body, Redeliveries));
    }

    string? Header(string name) => message.BasicProperties.Headers?.TryGetValue(name, out var value) is true
        ? value switch { byte[] utf8 => Encoding.UTF8.GetString(utf8), _ => Convert.ToString(value, CultureInfo.InvariantCulture) }
        : null;
}
