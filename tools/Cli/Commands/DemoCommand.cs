using System.CommandLine;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Stack;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class DemoCommand
{
    const int UnlimitedRequestsPerMinute = 60_000;

    static readonly Option<int> Members = NumberOption.WithDefault("--members", 50_000, 1, 1_000_000,
        "How many members each company has.");
    static readonly Option<int> Companies = NumberOption.WithDefault("--companies", 1, 1, 1_000,
        "How many companies are read at the same time, each for a user of its own.");
    static readonly Option<int> Fetchers = NumberOption.WithDefault("--fetchers", 1, 1, 16,
        "How many Fetcher processes read from the simulated Whop.");
    static readonly Option<int> Ingesters = NumberOption.WithDefault("--ingesters", 1, 1, 16,
        "How many Ingest processes write to PostgreSQL.");

    static readonly Option<int?> RequestsPerMinute = NumberOption.Optional("--requests-per-minute", 1, 1_000_000,
        "The rate limit per Whop key. By default Whop's own, 600, for one company; 60,000 for several, so that the machine is what is measured.");

    static readonly Option<bool> Keep = new("--keep") { Description = "Leave everything running at the end and print the addresses." };

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("demo", "Starts BatchBus with a simulated Whop, creates a batch list, shows its progress, "
            + "compares every stored e-mail with those that the simulator gave out, and stops everything.")
        {
            Members, Companies, Fetchers, Ingesters, RequestsPerMinute, Keep,
        };
        command.SetAction((parsed, ct) =>
        {
            var companies = parsed.GetValue(Companies);
            var rate = parsed.GetValue(RequestsPerMinute) ?? (companies == 1 ? StackOptions.WhopRequestsPerMinute : UnlimitedRequestsPerMinute);
            var options = new DemoOptions(
                parsed.GetValue(Members), companies, parsed.GetValue(Fetchers), parsed.GetValue(Ingesters), rate, parsed.GetValue(Keep));
            var checkout = Checkout.Find();
            return new DemoRun(checkout, Instance.ForUse(checkout), console, options).Run(ct);
        });
        return command;
    }
}
