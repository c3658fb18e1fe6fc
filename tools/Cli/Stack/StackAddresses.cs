using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;

namespace BatchBus.Cli.Stack;

/// <summary>Where the parts of a running stack are.</summary>
sealed record StackAddresses(
    Uri Api, Uri Simulator, ServerAddresses Servers, LocalSecrets Secrets, int RequestsPerMinute, IReadOnlyList<RunningProcess> Services)
{
    /// <summary>The lines that say so to a person.</summary>
    public IEnumerable<string> Lines() =>
    [
        $"Api                  {Api}  (requests: {new Uri(Api, "scalar")})",
        $"Whop simulator       {Simulator}",
        $"RabbitMQ management  {Servers.RabbitMqManagement}",
        $"Workers              {string.Join(", ", Services.Select(s => s.Name).Where(ServiceNames.IsWorker))}",
    ];
}
