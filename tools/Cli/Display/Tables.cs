using Spectre.Console;
using Spectre.Console.Rendering;

namespace BatchBus.Cli.Display;

/// <summary>Tables without lines around them, which read the same in a terminal and in a file.</summary>
static class Tables
{
    /// <summary>A table with headings; one that begins with <c>&gt;</c> is of numbers.</summary>
    public static Table Of(params string[] headings)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var heading in headings)
        {
            var isNumber = heading.StartsWith('>');
            table.AddColumn(new TableColumn(new Text(heading.TrimStart('>'), new Style(decoration: Decoration.Dim)))
            {
                Alignment = isNumber ? Justify.Right : Justify.Left, NoWrap = isNumber, Padding = new Padding(0, 0, 2, 0),
            });
        }
        return table;
    }

    /// <summary>Names and values, one below the other.</summary>
    public static Grid Facts(IEnumerable<(string Name, string Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) }).AddColumn(new GridColumn { Padding = new Padding(0) });
        foreach (var (name, value) in facts) grid.AddRow(new Text(name, new Style(decoration: Decoration.Dim)), Cell(value));
        return grid;
    }

    public static IRenderable Cell(string text, Color? colour = null) => new Text(Words.Foreign(text), colour is { } c ? new Style(c) : Style.Plain);

    /// <summary>An id, which is of no use when it is broken.</summary>
    public static IRenderable Id(Guid id) => new Text(id.ToString()) { Overflow = Overflow.Fold };

    public static IRenderable Heading(string text) => new Text(text, new Style(decoration: Decoration.Bold));
}
