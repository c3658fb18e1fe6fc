using System.Globalization;
using System.Text;

namespace BatchBus.Api.Audiences;

/// <summary>
/// Tells what a spreadsheet would take for a formula, and run (OWASP, "CSV Injection"). Members choose their names and the part of their
/// address before the @ themselves, and <c>=cmd|'/c-calc'!a0@x.io</c> is a valid address.
/// </summary>
static class CsvFormula
{
    // Where the language's decimal sign is the comma, spreadsheets divide a line at semicolons. What is quoted for the commas begins in the middle of such a field, so
    // that its line breaks divide it, too.
    const string Separators = ";\t\r\n";

    /// <summary>The cell with an apostrophe before whatever a spreadsheet would take for a formula: at its beginning, and after what divides it in another language.</summary>
    public static string Defuse(string cell)
    {
        StringBuilder? defused = null;
        var copied = 0;
        for (var start = 0; start <= cell.Length;)
        {
            var length = cell.AsSpan(start).IndexOfAny(Separators);
            if (length < 0) length = cell.Length - start;
            if (start == 0 ? Begins(cell) : IsFormula(cell.AsSpan(start, length).TrimStart(" \"")))
            {
                (defused ??= new StringBuilder(cell.Length + 8)).Append(cell, copied, start - copied).Append('\'');
                copied = start;
            }
            start += length + 1;
        }
        return defused is null ? cell : defused.Append(cell, copied, cell.Length - copied).ToString();
    }

    /// <summary>True when the cell begins with a formula's first character, or hides one behind blanks that spreadsheets skip.</summary>
    public static bool Begins(ReadOnlySpan<char> cell) => cell is ['\t' or '\r' or '\n', ..] || IsFormula(cell);

    static bool IsFormula(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format) continue; // Format: U+FEFF and its like
            return c is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠';
        }
        return false;
    }
}
