using System.CommandLine;
using BatchBus.Cli.Bench;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class BenchCommand
{
    const int NoLimit = 1_000_000;

    static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON instead of a sentence." };

    static readonly Option<int> Rate = NumberOption.WithDefault("--rate", 200, 1, 5_000, "Requests a second, sent at even intervals whatever the answers take.");
    static readonly Option<int> Seconds = NumberOption.WithDefault("--seconds", 30, 1, 600, "How long.");
    static readonly Option<int> Users = NumberOption.WithDefault("--users", 100, 1, 1_000, "How many users send them, in turn, each with a connection of its own.");
    static readonly Option<int> Waiting = NumberOption.WithDefault("--waiting", 1_000, 1, 5_000, "How many normal jobs are before the vip job.");
    static readonly Option<int> VipMembers = NumberOption.WithDefault("--members", 5_000, 100, 1_000_000, "How many members the vip job has.");
    static readonly Option<int> Companies = NumberOption.WithDefault("--companies", 20, 1, 1_000, "How many companies are read at the same time, each for a user of its own.");
    static readonly Option<int> Members = NumberOption.WithDefault("--members", 20_000, 1, 1_000_000, "How many members each has.");
    static readonly Option<int> Latency = NumberOption.WithDefault("--latency", 0, 0, 10_000, "Milliseconds that the simulated Whop holds each answer back.");
    static readonly Option<int> Workers = NumberOption.WithDefault("--workers", 1, 1, 16, "How many Fetchers, and as many Ingests.");
    static readonly Option<int> Rounds = NumberOption.WithDefault("--rounds", 5, 1, 100, "How often it is measured; the median is reported.");

    static readonly Option<int> SeedCompanies = NumberOption.WithDefault("--companies", 1_000, 1, 1_000, "How many companies are read, each for a user of its own.");
    static readonly Option<int> SeedMembers = NumberOption.WithDefault("--members", 50_000, 1, 1_000_000, "How many members each has.");

    static readonly Option<int> JobMembers = NumberOption.WithDefault("--members", 50_000, 1, 1_000_000, "How many members its company has.");
    static readonly Option<int> JobLatency = NumberOption.WithDefault("--latency", 50, 0, 10_000, "Milliseconds that the simulated Whop holds each answer back.");

    static readonly Option<int> ColdRounds = NumberOption.WithDefault("--rounds", 7, 1, 100, "How often it is measured.");
    static readonly Option<bool> AsBuilt = new("--as-built") { Description = "Start what ./batchbus has built instead of programs that are published as for the images." };
    static readonly Option<int> IdleSeconds = NumberOption.WithDefault("--seconds", 300, 10, 3_600, "How long they are watched.");
    static readonly Option<int> SettleSeconds = NumberOption.WithDefault("--settle", 600, 0, 3_600,
        "How long they run before: .NET compiles what is called again and again once more, which takes some minutes where little is called.");

    public static Command Create(IAnsiConsole console) => new("bench",
        "Measures BatchBus on private servers of its own, which are stopped and emptied again. The figures are those of this machine.")
    {
        Api(console), Vip(console), ColdStart(console), Idle(console), Ingest(console), Pipeline(console), Seed(console), Job(console), Parts(console),
    };

    static Command Api(IAnsiConsole console)
    {
        var command = new Command("api", "How long POST /api/batch-lists takes under a steady load. No Fetcher or Ingest runs beside it: what is measured is "
            + "the acceptance of batch lists, with the admission of their jobs.") { Rate, Seconds, Users, AsBuilt, Json };
        command.SetAction((parsed, ct) => Run(console, stack => new ApiBench(stack,
            new ApiLoad(parsed.GetValue(Rate), parsed.GetValue(Seconds), parsed.GetValue(Users))).Run(ct), new BenchOptions(Workers: 0, Published: !parsed.GetValue(AsBuilt)), parsed.GetValue(Json), ct));
        return command;
    }

    static Command Vip(IAnsiConsole console)
    {
        var command = new Command("vip", "How long a vip job waits for its first stored page, and for its end, while normal jobs fill every slot and the queue behind them; and how long it takes with no other job.")
        {
            Waiting, VipMembers, Rounds, AsBuilt, Json,
        };
        command.SetAction((parsed, ct) => Run(console, stack =>
            new VipBench(stack, parsed.GetValue(Waiting), parsed.GetValue(VipMembers), parsed.GetValue(Rounds)).Run(ct), new BenchOptions(Workers: 1, Published: !parsed.GetValue(AsBuilt)), parsed.GetValue(Json), ct));
        return command;
    }

    static Command Ingest(IAnsiConsole console)
    {
        var command = new Command("ingest", "How fast pages that wait in the queue become rows; and beside it, in each round, PostgreSQL's bare COPY of the same rows.")
        {
            Companies, Members, Rounds, AsBuilt, Json,
        };
        command.SetAction((parsed, ct) =>
        {
            var load = new IngestLoad(parsed.GetValue(Companies), parsed.GetValue(Members), parsed.GetValue(Rounds));
            return Run(console, stack => new IngestBench(stack, load).Run(ct),
                new BenchOptions(Workers: 1, NoLimit, Published: !parsed.GetValue(AsBuilt)) { Settings = IngestBench.Settings }, parsed.GetValue(Json), ct);
        });
        return command;
    }

    static Command Pipeline(IAnsiConsole console)
    {
        var command = new Command("pipeline", "How fast companies are read and stored when Whop sets no limit, with what that costs in processor time, log and messages; "
            + "and beside it, in each round, the simplest loop that could do it and PostgreSQL's bare COPY of the same rows.")
        {
            Companies, Members, Latency, Workers, Rounds, AsBuilt, Json,
        };
        command.SetAction((parsed, ct) =>
        {
            var load = new PipelineLoad(parsed.GetValue(Companies), parsed.GetValue(Members), parsed.GetValue(Latency), parsed.GetValue(Workers), parsed.GetValue(Rounds));
            return Run(console, stack => new PipelineBench(stack, load).Run(ct), new BenchOptions(load.Workers, NoLimit, Published: !parsed.GetValue(AsBuilt)) { Settings = PipelineBench.Settings }, parsed.GetValue(Json), ct);
        });
        return command;
    }

    static Command Seed(IAnsiConsole console)
    {
        var command = new Command("seed", "Reads a whole load in one run, with no limit of Whop's: whether rate and memory are at the end what they were at the start. "
            + "A million members take about 40 seconds and 240 MB of disk on two cores.") { SeedCompanies, SeedMembers, AsBuilt, Json };
        command.SetAction((parsed, ct) =>
        {
            var load = new SeedLoad(parsed.GetValue(SeedCompanies), parsed.GetValue(SeedMembers));
            return Run(console, stack => new SeedBench(stack, load).Run(ct), new BenchOptions(Workers: 1, NoLimit, Published: !parsed.GetValue(AsBuilt)) { Settings = PipelineBench.Settings }, parsed.GetValue(Json), ct);
        });
        return command;
    }

    static Command Job(IAnsiConsole console)
    {
        var command = new Command("job", "How long one job takes against Whop's limit, and how much of the key's budget it uses.") { JobMembers, JobLatency, Rounds, Json };
        command.SetAction((parsed, ct) =>
        {
            var load = new JobLoad(parsed.GetValue(JobMembers), parsed.GetValue(JobLatency), parsed.GetValue(Rounds));
            return Run(console, stack => new JobBench(stack, load).Run(ct), new BenchOptions(Workers: 1), parsed.GetValue(Json), ct);
        });
        return command;
    }

    static Command ColdStart(IAnsiConsole console)
    {
        var command = new Command("coldstart", "How long it takes from the start of a Fetcher and an Ingest, where there were none, to the first stored row of a job that waited for them.")
        {
            ColdRounds, AsBuilt, Json,
        };
        command.SetAction((parsed, ct) => Run(console, stack =>
            new ColdStartBench(stack, parsed.GetValue(ColdRounds), published: !parsed.GetValue(AsBuilt)).Run(ct), new BenchOptions(Workers: 0), parsed.GetValue(Json), ct));
        return command;
    }

    static Command Idle(IAnsiConsole console)
    {
        var command = new Command("idle", "How much of a core an Api, a Fetcher and an Ingest use while there is nothing to do.") { SettleSeconds, IdleSeconds, AsBuilt, Json };
        command.SetAction((parsed, ct) => Run(console, stack => new IdleBench(stack, parsed.GetValue(SettleSeconds), parsed.GetValue(IdleSeconds)).Run(ct),
            new BenchOptions(Workers: 1, Published: !parsed.GetValue(AsBuilt)), parsed.GetValue(Json), ct));
        return command;
    }

    static Command Parts(IAnsiConsole console)
    {
        var command = new Command("parts", "What the small parts of a page's way cost, without servers: BenchmarkDotNet's table, and its JSON in .batchbus/bench/parts.");
        command.SetAction((_, ct) => new PartsBench(Checkout.Find(), console).Run(ct));
        return command;
    }

    static async Task<int> Run<TResult>(
        IAnsiConsole console, Func<BenchStack, Task<TResult>> measure, BenchOptions options, bool json, CancellationToken ct) where TResult : IBenchResult
    {
        // With --json nothing but the result goes to the output.
        Action<string> say = json ? Console.Error.WriteLine : console.WriteLine;
        await using var stack = await BenchStack.Start(Checkout.Find(), options, say, ct);
        var result = await measure(stack);
        console.Profile.Out.Writer.WriteLine(json ? BenchJson.Of(result) : result.Sentence);
        return result.Failures == 0 ? 0 : 1;
    }
}
