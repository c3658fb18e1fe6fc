using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BatchBus.WhopSimulator.Api;

/// <summary>JSON as Whop writes it.</summary>
static class WhopJson
{
    /// <summary>Without checks, which cost a tenth of the time; the tests parse every shape. Names stay readable instead of <c>\u00e9</c>.</summary>
    public static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Always three decimals: the writer's own format drops trailing zeros.</summary>
    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTime? time)
    {
        if (time is { } value)
        {
            Span<byte> text = stackalloc byte[24];
            value.TryFormat(text, out _, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            json.WriteString(name, text);
        }
        else json.WriteNull(name);
    }
}
