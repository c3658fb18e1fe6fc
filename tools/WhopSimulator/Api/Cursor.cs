using System.Globalization;
using System.Text;
using BatchBus.WhopSimulator.Companies;

namespace BatchBus.WhopSimulator.Api;

/// <summary>
/// The place after one member in one company's list in one order. It carries a check, so that a made-up one, another company's
/// or another order's is refused instead of answered with the wrong page.
/// </summary>
static class Cursor
{
    public static string Write(Company company, string sort, int index) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(Text(company, sort, index)));

    /// <returns>The member's index, or null when the cursor is not one of this list.</returns>
    public static int? Read(Company company, string sort, string cursor)
    {
        var bytes = new byte[64];
        if (cursor.Length > bytes.Length || !Convert.TryFromBase64String(cursor, bytes, out var length)) return null;
        var text = Encoding.ASCII.GetString(bytes, 0, length);
        var isIndex = int.TryParse(text.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index);
        return isIndex && index < company.Members && text == Text(company, sort, index) ? index : null;
    }

    static string Text(Company company, string sort, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{index}.{Mix.Of(company.Fingerprint ^ Mix.Of(sort), (ulong)index):x16}");
}
