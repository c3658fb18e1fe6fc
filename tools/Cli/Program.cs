using System.Globalization;
using BatchBus.Cli;
using Spectre.Console;

// Numbers and dates look the same in every log, whatever the machine's language.
CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

var console = AnsiConsole.Console;
// In a file or a pipe there is no width to wrap at.
if (Console.IsOutputRedirected) console.Profile.Width = 10_000;

return await CommandRun.Of(CommandTree.Create(console).Parse(args));
