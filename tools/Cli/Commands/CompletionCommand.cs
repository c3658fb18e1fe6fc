using System.CommandLine;
using BatchBus.Cli.Completion;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class CompletionCommand
{
    static readonly Argument<string> Shell = new Argument<string>("shell") { Description = "bash or zsh." }.AcceptOnlyFromAmong("bash", "zsh");

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("completion", "Prints a shell's completion for this command: eval \"$(./batchbus completion bash)\".") { Shell };
        command.SetAction(parsed =>
        {
            var root = parsed.RootCommandResult.Command;
            console.Profile.Out.Writer.WriteLine(parsed.GetValue(Shell) == "zsh" ? CompletionScript.Zsh(root) : CompletionScript.Bash(root));
            return ExitCodes.Done;
        });
        return command;
    }
}
