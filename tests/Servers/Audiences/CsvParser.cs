using System.Text;

namespace BatchBus.Tests.Servers.Audiences;

/// <summary>Reads CSV as RFC 4180 writes it, and fails on anything else: a bare line feed, a quote in the wrong place, a last line without an end.</summary>
static class CsvParser
{
    public static List<string[]> Parse(string text)
    {
        var (lines, cells, cell) = (new List<string[]>(), new List<string>(), new StringBuilder());
        for (var i = 0; i < text.Length;)
        {
            cell.Clear();
            if (text[i] == '"')
            {
                for (i++; text[i] != '"' || (i + 1 < text.Length && text[i + 1] == '"'); i++)
                {
                    if (text[i] == '"') i++;
                    cell.Append(text[i]);
                }
                i++;
            }
            else
            {
                for (; text[i] is not (',' or '\r' or '\n' or '"'); i++) cell.Append(text[i]);
            }
            cells.Add(cell.ToString());
            if (text[i] == ',')
            {
                i++;
                continue;
            }
            Assert.Equal("\r\n", text[i..Math.Min(i + 2, text.Length)]);
            i += 2;
            lines.Add([.. cells]);
            cells.Clear();
        }
        Assert.Empty(cells);
        return lines;
    }
}
