using System.CommandLine;
using BatchBus.Cli.Bench;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class BenchCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON instead of a sentence." };

    static readonly Option<int> Rate = NumberOption.WithDefault("--rate", 200, 1, 5_000, "Requests a second, sent at even intervals whatever the answers take.");
    static readonly Option<int> Seconds = NumberOption.WithDefault("--seconds", 30, 1, 600, "How long.");
    static readonly Option<int> Users = NumberOption.WithDefault("--users", 100, 1, 1_000, "How many users send them, in turn, each with a connection of its own.");
    static readonly Option<int> Waiting = NumberOption.WithDefault("--waiting", 1_000, 1, 5_000, "How many normal jobs are before the vip job.");
    static readonly Option<int> Rounds = NumberOption.WithDefault("--rounds", 5, 1, 100, "How often it is measured; the median is reported.");

    public static Command Create(IAnsiConsole console) => new("bench",
        "Measures BatchBus on private servers of its own, which are stopped and emptied again. The figures are those of this machine.")
    {
        Api(console), Vip(console),
    };

    static Command Api(IAnsiConsole console)
    {
        var command = new Command("api", "How long POST /api/batch-lists takes under a steady load. No Fetcher or Ingest runs beside it: what is measured is "
            + "the acceptance of batch lists, with the admission of their jobs.") { Rate, Seconds, Users, Json };
        command.SetAction((parsed, ct) => Run(console, stack => new ApiBench(stack,
            new ApiLoad(parsed.GetValue(Rate), parsed.GetValue(Seconds), parsed.GetValue(Users))).Run(ct), workers: 0, parsed.GetValue(Json), ct));
        return command;
    }

    static Command Vip(IAnsiConsole console)
    {
        var command = new Command("vip", "How long a vip job waits for its first stored page while normal jobs fill every slot and the queue behind them.")
        {
            Waiting, Rounds, Json,
        };
        command.SetAction((parsed, ct) => Run(console, stack =>
            new VipBench(stack, parsed.GetValue(Waiting), parsed.GetValue(Rounds)).Run(ct), workers: 1, parsed.GetValue(Json), ct));
        return command;
    }

    static async Task<int> Run<TResult>(
        IAnsiConsole console, Func<BenchStack, Task<TResult>> measure, int workers, bool json, CancellationToken ct) where TResult : IBenchResult
    {
        // With --json nothing but the result goes to the output.
        Action<string> say = json ? Console.Error.WriteLine : console.WriteLine;
        await using var stack = await BenchStack.Start(Checkout.Find(), workers, say, ct);
        var result = await measure(stack);
        console.Profile.Out.Writer.WriteLine(json ? BenchJson.Of(result) : result.Sentence);
        return result.Failures == 0 ? 0 : 1;
    }
}
