using System.Runtime.InteropServices;
using System.Text.Json;

namespace BatchBus.Api.DeadLetters;

/// <summary>What MassTransit's envelope around a message says. A dead message's body may be anything.</summary>
/// <param name="MessageType">The message's type without its namespace.</param>
/// <param name="JobId">The job that it is about.</param>
/// <param name="SentAt">When it was sent.</param>
sealed record Envelope(string? MessageType, Guid? JobId, DateTimeOffset? SentAt)
{
    static readonly Envelope Unreadable = new(null, null, null);

    public static Envelope Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var sentAt = Property(json.RootElement, "sentTime") is { ValueKind: JsonValueKind.String } sent && sent.TryGetDateTimeOffset(out var at) ? at : default(DateTimeOffset?);
            return new Envelope(TypeOf(json.RootElement), JobOf(Property(json.RootElement, "message")), sentAt);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return Unreadable; // which may be why it died
        }
    }

    /// <summary>The body without one of the envelope's headers; all else stays as it is, to the byte.</summary>
    public static ReadOnlyMemory<byte> Without(ReadOnlyMemory<byte> body, string header)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (Property(Property(json.RootElement, "headers"), header) is null) return body;
            var copy = new MemoryStream(body.Length);
            using (var writer = new Utf8JsonWriter(copy))
            {
                writer.WriteStartObject();
                foreach (var part in json.RootElement.EnumerateObject())
                {
                    writer.WritePropertyName(part.Name);
                    if (Is(part.Name, "headers")) WriteWithout(writer, part.Value, header);
                    else WriteAsItIs(writer, part.Value);
                }
                writer.WriteEndObject();
            }
            return copy.ToArray();
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return body; // what has no envelope has no headers in it
        }
    }

    // JSON whose texts are none, such as half a surrogate pair or bytes that are no UTF-8, is only found out when one of them is asked for.
    static bool IsUnreadable(Exception e) => e is JsonException or InvalidOperationException;

    static void WriteWithout(Utf8JsonWriter writer, JsonElement headers, string header)
    {
        writer.WriteStartObject();
        foreach (var other in headers.EnumerateObject().Where(h => !Is(h.Name, header)))
        {
            writer.WritePropertyName(other.Name);
            WriteAsItIs(writer, other.Value);
        }
        writer.WriteEndObject();
    }

    static void WriteAsItIs(Utf8JsonWriter writer, JsonElement value) => writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    static string? TypeOf(JsonElement envelope) =>
        Property(envelope, "messageType") is { ValueKind: JsonValueKind.Array } types && types.GetArrayLength() > 0 && types[0].ValueKind == JsonValueKind.String
            ? types[0].GetString()!.Split(':')[^1]
            : null;

    // A fault has the message that failed inside it.
    static Guid? JobOf(JsonElement? message) =>
        Property(message, "jobId") is { ValueKind: JsonValueKind.String } id && id.TryGetGuid(out var job) ? job
        : Property(message, "message") is { } inner ? JobOf(inner)
        : null;

    static JsonElement? Property(JsonElement? element, string name)
    {
        if (element is not { ValueKind: JsonValueKind.Object } properties) return null;
        foreach (var property in properties.EnumerateObject())
            if (Is(property.Name, name)) return property.Value;
        return null;
    }

    static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
