using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BatchBus.Cli.Status;

/// <summary>Workers, queues and processes as tables.</summary>
static class StatusTables
{
    public static IRenderable Workers(IReadOnlyList<Worker> workers, DateTimeOffset now)
    {
        var table = Tables.Of("WORKER", "STATUS", "HOST", ">SLOTS", ">IN HAND", ">DONE", ">FAILED", ">MEMORY", ">CORE", ">UP", ">HEARD", "VERSION");
        foreach (var worker in workers)
        {
            table.AddRow(Tables.Cell(worker.Service), Status(worker.Status), Tables.Cell(worker.Host), Number(worker.Slots), Number(worker.InFlight), Number(worker.Processed),
                Number(worker.Failed), Tables.Cell(Words.Megabytes(worker.MemoryBytes)), Tables.Cell(worker.ProcessorUse is { } use ? Words.Percent(use) : ""),
                Tables.Cell(Words.Span(now - worker.StartedAt)), Tables.Cell($"{Words.Span(now - worker.LastHeartbeat)} ago"), Tables.Cell(worker.Version ?? ""));
        }
        return table;
    }

    public static IRenderable Queues(IReadOnlyList<QueueState> queues, DateTimeOffset now)
    {
        var table = Tables.Of("QUEUE", ">READY", ">IN HAND", ">READERS", ">OLDEST", ">IN/S", ">OUT/S");
        foreach (var queue in queues)
        {
            table.AddRow(Tables.Cell(queue.Name, queue is { IsOfDeadLetters: true, Ready: > 0 } ? Color.Red : null), Number(queue.Ready), Number(queue.Unacknowledged),
                Number(queue.Consumers), Tables.Cell(queue.OldestAt is { } oldest ? Words.Span(now - oldest) : ""), Rate(queue.PublishRate), Rate(queue.DeliverRate));
        }
        return table;
    }

    public static IRenderable Processes(IReadOnlyList<LocalProcess> processes)
    {
        var table = Tables.Of("PROCESS", "", ">ID", "ADDRESS");
        foreach (var process in processes)
        {
            table.AddRow(Tables.Cell(process.Name), process.IsRunning ? Tables.Cell("running", Color.Green) : Tables.Cell("died", Color.Red),
                new Text($"{process.Pid}"), Tables.Cell(process.Address));
        }
        return table;
    }

    static IRenderable Status(string status) => Tables.Cell(status, status switch { "active" => Color.Green, "stale" => Color.Red, _ => null });

    static IRenderable Number(long? number) => Tables.Cell(number is { } known ? Words.Number(known) : "");

    static IRenderable Rate(double? rate) => Tables.Cell(rate is { } known ? known.ToString("N1", null) : "");
}
