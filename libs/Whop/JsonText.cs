using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace BatchBus.Whop;

/// <summary>Reads a JSON value as text: numbers and booleans as they are written, objects and arrays as null.</summary>
static partial class JsonText
{
    /// <summary>Moves on to the value and reads it.</summary>
    public static string? Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Value(ref reader);
    }

    /// <summary>Reads the value that the reader stands on.</summary>
    public static string? Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return ReadString(ref reader);
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            default:
                reader.Skip();
                return null;
        }
    }

    static string ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        // Half a surrogate pair, escaped, or bytes that are no UTF-8: the sign for "unreadable" takes its place, the rest stays.
        catch (InvalidOperationException)
        {
            var repaired = EscapedSurrogate().Replace(Encoding.UTF8.GetString(reader.ValueSpan), KeepPairs);
            return JsonSerializer.Deserialize<string>($"\"{repaired}\"")!;
        }
    }

    static string KeepPairs(Match match) => match.Groups["whole"].Success ? match.Value : "\\uFFFD";

    [GeneratedRegex(@"(?<whole>\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EscapedSurrogate();
}
