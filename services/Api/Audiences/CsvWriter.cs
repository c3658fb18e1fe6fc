using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace BatchBus.Api.Audiences;

/// <summary>
/// Writes CSV as RFC 4180 has it: commas, CRLF, quotes around what needs them. UTF-8 without a byte order mark, which programs would take for a
/// part of the first header.
/// </summary>
/// <param name="output">Where it goes; nothing is sent before <see cref="Flush"/>.</param>
/// <param name="raw">Leaves cells as they are, even where a spreadsheet would take one for a formula.</param>
sealed class CsvWriter(PipeWriter output, bool raw)
{
    readonly ArrayBufferWriter<char> _line = new(1024);

    public void Line(IReadOnlyList<string?> cells)
    {
        _line.ResetWrittenCount();
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0) _line.Write(",");
            Append(cells[i] ?? "");
        }
        _line.Write("\r\n");
        Encoding.UTF8.GetBytes(_line.WrittenSpan, output);
    }

    /// <summary>Sends what was written, and waits while the reader is behind.</summary>
    public async Task Flush(CancellationToken cancellationToken)
    {
        await output.FlushAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested(); // a reader that has gone ends a flush without an error
    }

    void Append(string cell)
    {
        if (!raw) cell = CsvFormula.Defuse(cell);
        if (cell.AsSpan().ContainsAny("\",\r\n")) cell = $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        _line.Write(cell);
    }
}
