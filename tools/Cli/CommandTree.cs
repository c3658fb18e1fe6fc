using System.CommandLine;
using System.CommandLine.Help;
using BatchBus.Cli.Commands;
using Spectre.Console;

namespace BatchBus.Cli;

/// <summary>All commands.</summary>
static class CommandTree
{
    // Not a RootCommand, which would call itself by the name of the program behind the script.
    public static Command Create(IAnsiConsole console)
    {
        var root = new Command("./batchbus", "BatchBus reads every member of a Whop company and stores the distinct e-mails as an audience.")
        {
            new HelpOption(),
            DemoCommand.Create(console),
            UpCommand.Create(console),
            DownCommand.Create(console),
            StatusCommand.Create(console),
            DoctorCommand.Create(console),
            ConnectCommand.Create(console),
            ConnectionsCommand.Create(console),
            CreateCommand.Create(console),
            RefreshCommand.Create(console),
            JobsCommand.Create(console),
            ShowCommand.Create(console),
        };
        foreach (var verb in JobVerbCommands.Create(console)) root.Subcommands.Add(verb);
        root.Subcommands.Add(ExportCommand.Create(console));
        root.Subcommands.Add(WorkersCommand.Create(console));
        root.Subcommands.Add(StatsCommand.Create(console));
        root.Subcommands.Add(DeadLettersCommand.Create(console));
        root.Subcommands.Add(PsqlCommand.Create());
        root.Subcommands.Add(TokenCommand.Create(console));
        root.Subcommands.Add(SecretsCommand.Create(console));
        root.Subcommands.Add(MigrateCommand.Create(console));
        root.Subcommands.Add(TestCommand.Create(console));
        root.Subcommands.Add(BenchCommand.Create(console));
        root.Subcommands.Add(ChaosCommand.Create(console));
        root.Subcommands.Add(CompletionCommand.Create(console));
        return root;
    }
}
