using System.Globalization;

namespace BatchBus.Api.Audiences;

/// <summary>
/// Tells what a spreadsheet would take for a formula, and run (OWASP, "CSV Injection"). Members choose their names and the part of their
/// address before the @ themselves, and <c>=cmd|'/c-calc'!a0@x.io</c> is a valid address.
/// </summary>
static class CsvFormula
{
    /// <summary>True when the cell begins with a formula's first character, or hides one behind blanks that spreadsheets skip.</summary>
    public static bool Begins(string cell)
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
