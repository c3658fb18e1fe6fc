using System.Globalization;

namespace BatchBus.Api.Audiences;

/// <summary>
/// Tells what a spreadsheet would take for a formula, and run (OWASP, "CSV Injection"). Members choose their names and the part of their
/// address before the @ themselves, and <c>=cmd|'/c-calc'!a0@x.io</c> is a valid address.
/// </summary>
static class CsvFormula
{
    // Where the language's decimal sign is the comma, spreadsheets divide a line at semicolons, also within a cell that has no quotes.
    const string Separators = ";\t";

    /// <summary>The cell with an apostrophe before whatever a spreadsheet would take for a formula: at its beginning, and after each separator of another language.</summary>
    public static string Defuse(string cell)
    {
        if (Begins(cell)) cell = $"'{cell}";
        for (var at = cell.AsSpan().IndexOfAny(Separators); at >= 0;)
        {
            var rest = cell.AsSpan(at + 1);
            if (Begins(rest.TrimStart("\"'"))) cell = cell.Insert(at + 1, "'");
            var next = cell.AsSpan(at + 1).IndexOfAny(Separators);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return cell;
    }

    /// <summary>True when the cell begins with a formula's first character, or hides one behind blanks that spreadsheets skip.</summary>
    public static bool Begins(ReadOnlySpan<char> cell)
    {
        if (cell.Length == 0) return false;
        if (cell[0] is '\t' or '\r' or '\n') return true;
        foreach (var c in cell)
        {
            if (char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format) continue; // Format: U+FEFF and its like
            return c is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠';
        }
        return false;
    }
}
