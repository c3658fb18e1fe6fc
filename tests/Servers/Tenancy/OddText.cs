using System.Text;
using System.Text.Json;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>A text that somebody might send, as it is written in an address, in a header and in JSON.</summary>
public sealed record OddText(string Address, byte[] Header, byte[] Json)
{
    /// <summary>Refused everywhere: PostgreSQL cannot hold U+0000.</summary>
    public static readonly IReadOnlyList<OddText> WithZero = [Of("\0"), Of("a\0b")];

    /// <summary>Strange, and here and there allowed. The last ones are no UTF-8, half a surrogate pair, and signs of an address, a header or JSON themselves.</summary>
    public static readonly IReadOnlyList<OddText> Strange =
    [
        .. new[]
        {
            "", "   ", "null", "true", "-1", "0", "007", "1e3", "0x10", "99999999999999999999", "NaN", "Infinity", "１２", "1'; DROP TABLE audiences; --", "%", "\\", "\"", "{}", "[]",
            "..", "../../etc/passwd", "\uFFFE", "\uFFFF", "\uFDD0", "\U0001FFFE", "\U0010FFFF", "\uFEFF", "\u202Eabc", "e\u0301", "💥", "ﷺ", "a\tb", "2026-01-01", "00000000-0000-0000-0000-000000000000",
            "-00000000000000000000000000000000", "253402300799999999-00000000000000000000000000000000", "9223372036854775807-1", "0-0", new string('x', 5_000), new string('é', 201), string.Concat(Enumerable.Repeat("💥", 150)),
        }.Select(Of),
        new("%FF", [0xFF], [(byte)'"', 0xFF, (byte)'"']),
        new("a%ED%A0%80", [(byte)'a', 0xED, 0xA0, 0x80], Encoding.ASCII.GetBytes("\"a\\ud800\"")),
        new("%", [0x7F], Encoding.ASCII.GetBytes("{\"a\":[]}")),
        new("%zz%u0000", [0x01], Encoding.ASCII.GetBytes("[[[[]]]]")),
    ];

    static OddText Of(string text) => new(Uri.EscapeDataString(text), Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(JsonSerializer.Serialize(text)));
}
