using System.Globalization;
using System.Text;

namespace BatchBus.Api.Audiences;

/// <summary>Makes an audience's name, which may be any text, a file name on every system.</summary>
static class CsvFileName
{
    const int MaxLength = 100;

    public static string Of(string name)
    {
        var safe = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (safe.Length >= MaxLength) break;
            if (!Hides(rune)) safe.Append(IsForbidden(rune) ? "_" : rune.ToString());
        }
        // Leading dots hide a file. The second word keeps a name that Windows gives to a device, such as CON, from being one.
        var trimmed = safe.ToString().Trim().TrimStart('.').Trim();
        return trimmed.Length == 0 ? "members.csv" : $"{trimmed} members.csv";
    }

    // Control and format characters: line breaks, and marks that turn a name's direction around so that it seems to end otherwise.
    static bool Hides(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    static bool IsForbidden(Rune rune) => rune.IsAscii && "/\\:*?\"<>|%".Contains((char)rune.Value, StringComparison.Ordinal);
}
