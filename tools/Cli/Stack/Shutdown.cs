using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;

namespace BatchBus.Cli.Stack;

/// <summary>Stops processes in an order in which none misses another: services, then servers, then what RabbitMQ itself needs.</summary>
sealed class Shutdown(Instance instance, RunFile runFile)
{
    /// <summary>Stops those that are meant; ones that have died already are only forgotten.</summary>
    /// <returns>The names of what ran and was stopped.</returns>
    public async Task<IReadOnlyList<string>> Stop(Func<RunningProcess, bool> isMeant)
    {
        var processes = new DetachedProcess(instance, runFile);
        var stopped = new List<string>();
        foreach (var group in runFile.Recorded.Where(isMeant).GroupBy(Order).OrderBy(g => g.Key))
        {
            stopped.AddRange(group.Where(p => p.Identity.IsRunning).Select(p => p.Name));
            await Task.WhenAll(group.Select(processes.Stop));
        }
        return stopped;
    }

    static int Order(RunningProcess process) => process.Name switch
    {
        PrivateRabbitMq.PortMapperName => 3,
        PrivatePostgres.ProcessName => 2,
        _ when ServiceNames.KindOf(process.Name) == PrivateRabbitMq.ProcessName => 2,
        _ => 1,
    };
}
