using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Status;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class WorkersCommand
{
    public static Command Create(IAnsiConsole console) =>
        new Command("workers", "Lists the Fetcher and Ingest processes, with what they have in hand and have done.").TakesApi().Calls(console, List);

    static async Task<int> List(ApiCall call, CancellationToken ct)
    {
        var answer = await call.Api.Get("api/workers", ct);
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else if (answer.As<WorkerList>().Items is { Count: > 0 } workers) call.Output.Show(StatusTables.Workers(workers, TimeProvider.System.GetUtcNow()));
        else call.Output.Line("No worker has been heard of.");
        return ExitCodes.Done;
    }
}
