using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BatchBus.Cli.Display;

/// <summary>Where a command's result goes: as JSON for programs, or laid out for people.</summary>
sealed class Output(IAnsiConsole console, bool json)
{
    public static readonly Option<bool> JsonOption = new("--json")
    {
        Description = "Prints JSON instead of text: the Api's own answer where there is one.", Recursive = true,
    };

    // camelCase, as the Api writes it.
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    public IAnsiConsole Console => console;

    public bool IsJson => json;

    /// <summary>True when somebody looks at a screen that can be drawn over.</summary>
    public bool IsScreen => !json && console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;

    /// <summary>What happens meanwhile. With --json nothing but the result goes to the output.</summary>
    public void Say(string sentence)
    {
        if (json) System.Console.Error.WriteLine(sentence);
        else console.WriteLine(sentence);
    }

    public static Output Of(ParseResult parsed, IAnsiConsole console) => new(console, parsed.GetValue(JsonOption));

    public void Json<T>(T value) => Line(JsonSerializer.Serialize(value, Format));

    /// <summary>One line as it is. Not through Spectre's layout, which would break long lines in a narrow terminal.</summary>
    public void Line(string line) => console.Profile.Out.Writer.WriteLine(line);

    public void Show(IRenderable what)
    {
        if (console.Profile.Out.IsTerminal) console.Write(what);
        else foreach (var line in PlainText(what)) Line(line);
    }

    /// <summary>For a file: without colours, and without the blanks that fill tables up.</summary>
    IEnumerable<string> PlainText(IRenderable what) =>
        string.Concat(what.GetSegments(console).Where(segment => !segment.IsControlCode).Select(segment => segment.Text)).TrimEnd().Split('\n').Select(line => line.TrimEnd());
}
