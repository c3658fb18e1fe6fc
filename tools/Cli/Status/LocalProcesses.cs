using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Status;

/// <summary>The processes that <c>./batchbus up</c> has started.</summary>
static class LocalProcesses
{
    public static IReadOnlyList<LocalProcess> Of(RunFile runFile) =>
        [.. runFile.Recorded.Select(process => new LocalProcess(process.Name, process.Identity.IsRunning, process.Identity.Pid, Address(process)))];

    /// <summary>What a whole stack has and this one lacks, and what has died.</summary>
    public static IReadOnlyList<string> Missing(RunFile runFile)
    {
        string[] needed =
        [
            .. UnlessGiven("ConnectionStrings__Postgres", PrivatePostgres.ProcessName),
            .. UnlessGiven("ConnectionStrings__RabbitMq", PrivateRabbitMq.PortMapperName, PrivateRabbitMq.ProcessName),
            ServiceNames.Simulator, ServiceNames.Api, ServiceNames.Worker(ServiceNames.Fetcher, 1), ServiceNames.Worker(ServiceNames.Ingest, 1),
        ];
        return [.. needed.Union(runFile.Recorded.Select(p => p.Name)).Where(name => runFile.Find(name) is null)];
    }

    static string Address(RunningProcess process) =>
        ServiceNames.IsService(process.Name) ? $"http://127.0.0.1:{process.Port}/" : $"127.0.0.1:{process.Port}";

    static string[] UnlessGiven(string setting, params string[] processes) => Given.Value(setting) is null ? processes : [];
}
