using System.CommandLine;
using System.Globalization;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class StatusCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("status", "Shows which processes and servers run and where. "
            + "The exit code is 0 when all of BatchBus runs, otherwise 1.");
        command.SetAction(_ =>
        {
            var runFile = new RunFile(Instance.ForUse(Checkout.Find()));
            foreach (var process in runFile.Recorded) console.WriteLine(Line(process));
            var missing = Missing(runFile).ToArray();
            if (missing.Length == 0) return 0;
            console.WriteLine($"Not running: {string.Join(", ", missing)}. ./batchbus up starts what is missing.");
            return 1;
        });
        return command;
    }

    static string Line(RunningProcess process) => string.Create(CultureInfo.InvariantCulture,
        $"{process.Name,-12} {(process.Identity.IsRunning ? "running" : "died"),-8} process {process.Identity.Pid,-8} {Address(process)}");

    static string Address(RunningProcess process) =>
        ServiceNames.IsService(process.Name) ? $"http://127.0.0.1:{process.Port}/" : $"127.0.0.1:{process.Port}";

    /// <summary>What a whole stack has and this one lacks, and what has died.</summary>
    static IEnumerable<string> Missing(RunFile runFile)
    {
        string[] needed =
        [
            .. UnlessGiven("ConnectionStrings__Postgres", PrivatePostgres.ProcessName),
            .. UnlessGiven("ConnectionStrings__RabbitMq", PrivateRabbitMq.PortMapperName, PrivateRabbitMq.ProcessName),
            ServiceNames.Simulator, ServiceNames.Api, ServiceNames.Worker(ServiceNames.Fetcher, 1), ServiceNames.Worker(ServiceNames.Ingest, 1),
        ];
        return needed.Union(runFile.Recorded.Select(p => p.Name)).Where(name => runFile.Find(name) is null);
    }

    static string[] UnlessGiven(string setting, params string[] processes) => Given.Value(setting) is null ? processes : [];
}
