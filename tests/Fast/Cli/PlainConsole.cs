using Spectre.Console;

namespace BatchBus.Tests.Fast.Cli;

/// <summary>A console as it is in a pipe.</summary>
static class PlainConsole
{
    public static (IAnsiConsole Console, StringWriter Text) Create()
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = 10_000;
        return (console, text);
    }

    /// <summary>What is printed, without the blanks at the ends of the lines.</summary>
    public static string[] Lines(Spectre.Console.Rendering.IRenderable what)
    {
        var (console, text) = Create();
        console.Write(what);
        return [.. text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd())];
    }
}
