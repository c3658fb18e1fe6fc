using System.CommandLine;
using BatchBus.Cli.Display;
using BatchBus.Cli.Stack;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class UpCommand
{
    static readonly Option<int?> Fetchers = NumberOption.Optional("--fetchers", 1, 16,
        "How many Fetcher processes run; 1 unless some run already.");
    static readonly Option<int?> Ingesters = NumberOption.Optional("--ingesters", 1, 16,
        "How many Ingest processes run; 1 unless some run already.");

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("up", "Starts BatchBus in the background: private servers, the Whop simulator, Api, Fetcher and Ingest. "
            + "What runs already is left as it is.")
        {
            Fetchers, Ingesters, Output.JsonOption,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var output = Output.Of(parsed, console);
            var checkout = Checkout.Find();
            var stack = new LocalStack(checkout, Instance.ForUse(checkout), output.Say);
            var addresses = await stack.Up(new StackOptions(parsed.GetValue(Fetchers), parsed.GetValue(Ingesters)), ct);
            if (output.IsJson)
            {
                output.Json(new { addresses.Api, addresses.Simulator, addresses.Servers.RabbitMqManagement, services = addresses.Services.Select(service => service.Name) });
                return 0;
            }
            foreach (var line in addresses.Lines()) console.WriteLine(line);
            // Not through Spectre, which would break the long line in a narrow terminal.
            console.Profile.Out.Writer.WriteLine($"Dashboard            {addresses.Dashboard}");
            console.WriteLine("./batchbus token --role service_role prints a token for the Api; ./batchbus down stops everything.");
            return 0;
        });
        return command;
    }
}
