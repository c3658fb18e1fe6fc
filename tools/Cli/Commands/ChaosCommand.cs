using System.CommandLine;
using BatchBus.Cli.Chaos;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class ChaosCommand
{
    static readonly Option<int> Rounds = NumberOption.WithDefault("--rounds", 3, 1, 10_000, "How many rounds.");
    static readonly Option<int> Seed = NumberOption.WithDefault("--seed", 1, 0, 1_000_000_000,
        "The seed of the first round; each later round has the next number, so that --rounds 1 with its seed repeats it.");
    static readonly Option<int> Jobs = NumberOption.WithDefault("--jobs", 10, 1, 100, "How many jobs a round has.");
    static readonly Option<int> Members = NumberOption.WithDefault("--members", 5_000, 500, 100_000, "How many members a company has, on average.");
    static readonly Option<int> Strikes = NumberOption.WithDefault("--strikes", 7, 1, 100, "How many times something is killed, ended or frozen in a round, on average.");

    static readonly Option<int> Outage = NumberOption.WithDefault("--outage", 0, 0, 3_600,
        "Instead of the strikes and of trouble with Whop, in each round a server is killed and away for so many seconds: PostgreSQL and RabbitMQ by turns. 0 for the strikes.");

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("chaos", "Runs jobs on servers of its own while Whop answers badly and processes are killed, ended and frozen at random moments: "
            + "Api, Fetcher, Ingest, RabbitMQ and PostgreSQL. Then compares every audience with what it should be. The exit code is 0 only when all of it holds.")
        {
            Rounds, Seed, Jobs, Members, Strikes, Outage,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var checkout = Checkout.Find();
            var options = new ChaosOptions(
                parsed.GetValue(Rounds), parsed.GetValue(Seed), parsed.GetValue(Jobs), parsed.GetValue(Members), parsed.GetValue(Strikes), parsed.GetValue(Outage));
            var problems = await new ChaosRun(checkout, Instance.ForChaos(checkout), options, console.WriteLine).Run(ct);
            return problems.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
