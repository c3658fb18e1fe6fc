using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using BatchBus.Cli;
using BatchBus.Cli.Commands;
using Spectre.Console;

// Numbers and dates look the same in every log, whatever the machine's language.
CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

var console = AnsiConsole.Console;
// In a file or a pipe there is no width to wrap at.
if (Console.IsOutputRedirected) console.Profile.Width = 10_000;

// Not a RootCommand, which would call itself by the name of the program behind the script.
var root = new Command("./batchbus", "BatchBus reads every member of a Whop company and stores the distinct e-mails as an audience.")
{
    new HelpOption(),
    DemoCommand.Create(console),
    UpCommand.Create(console),
    DownCommand.Create(console),
    StatusCommand.Create(console),
    TestCommand.Create(console),
    BenchCommand.Create(console),
    ChaosCommand.Create(console),
    MigrateCommand.Create(console),
    TokenCommand.Create(console),
    SecretsCommand.Create(console),
    DeadLettersCommand.Create(console),
};
return await CommandRun.Of(root.Parse(args));
