using System.CommandLine;
using BatchBus.Cli.Display;
using BatchBus.Cli.Stack;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class DownCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("down", "Stops everything that ./batchbus has started in the background. The data stays.") { Output.JsonOption };
        command.SetAction(async parsed =>
        {
            var output = Output.Of(parsed, console);
            var checkout = Checkout.Find();
            var stopped = await new LocalStack(checkout, Instance.ForUse(checkout), output.Say).Down();
            if (output.IsJson) output.Json(new { stopped });
            else output.Say(stopped.Count == 0 ? "Nothing was running." : $"Stopped {string.Join(", ", stopped)}.");
            return 0;
        });
        return command;
    }
}
