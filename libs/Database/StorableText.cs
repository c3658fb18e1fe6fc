using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace BatchBus.Database;

/// <summary>Text that PostgreSQL can hold: without U+0000, and without half a surrogate pair, which UTF-8 has no bytes for.</summary>
public static class StorableText
{
    static readonly SearchValues<char> Suspects = SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(c => (char)c), '\0']);

    /// <summary>Leaves out U+0000 and puts U+FFFD, the sign for "unreadable", in the place of half a pair; what is left is as it was.</summary>
    /// <param name="text">Any text, or null.</param>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Clean(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAny(Suspects)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // half a pair comes as U+FFFD
            if (rune.Value != 0) clean.Append(rune);
        return clean.ToString();
    }

    /// <summary>True when nothing would be cleaned.</summary>
    /// <param name="text">Any text, or null.</param>
    public static bool IsClean(string? text) => text is null || string.Equals(Clean(text), text, StringComparison.Ordinal);
}
