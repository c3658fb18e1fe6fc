using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Status;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class StatusCommand
{
    static readonly Option<bool> Watch = new("--watch", "-w") { Description = "Shows it again every two seconds, until Ctrl-C. With --json a line each time." };

    static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("status", "Shows what is wrong, jobs by state, the rate, workers and queues; of the local BatchBus also its processes. "
            + "The exit code is 0 when nothing is wrong, 3 when the Api does not answer, otherwise 1.") { Watch }.TakesApi();
        command.SetAction((parsed, ct) => Run(parsed, Output.Of(parsed, console), ct));
        return command;
    }

    static async Task<int> Run(ParseResult parsed, Output output, CancellationToken ct)
    {
        if (parsed.GetValue(Watch)) await (output.IsScreen ? WatchOnScreen(parsed, output, ct) : WatchInLines(parsed, output, ct));
        var snapshot = await Look(parsed, ct);
        Show(output, snapshot);
        return snapshot.Unreachable is not null ? ExitCodes.Unreachable : StatusProblems.Of(snapshot).Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    static Task WatchOnScreen(ParseResult parsed, Output output, CancellationToken ct) => output.Console.Live(new Text("")).StartAsync(async context =>
    {
        while (true)
        {
            context.UpdateTarget(StatusScreen.Of(await Look(parsed, ct)));
            await Task.Delay(Tick, TimeProvider.System, ct);
        }
    });

    static async Task WatchInLines(ParseResult parsed, Output output, CancellationToken ct)
    {
        while (true)
        {
            Show(output, await Look(parsed, ct));
            if (!output.IsJson) output.Line("");
            await Task.Delay(Tick, TimeProvider.System, ct);
        }
    }

    /// <summary>What the Api says, and of the local BatchBus the processes: they are there to be seen also when the Api is not.</summary>
    static async Task<StatusSnapshot> Look(ParseResult parsed, CancellationToken ct)
    {
        var snapshot = await Ask(parsed, ct);
        if (!ApiAccess.IsLocal(parsed)) return snapshot;
        var runFile = new RunFile(Instance.ForUse(Checkout.Find()));
        return snapshot with { Processes = LocalProcesses.Of(runFile), Missing = LocalProcesses.Missing(runFile) };
    }

    static async Task<StatusSnapshot> Ask(ParseResult parsed, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        try
        {
            var access = ApiAccess.Of(parsed);
            using var api = new ApiClient(access.Api, access.Token);
            return await new StatusReader(api).Read(now, ct);
        }
        catch (ApiException e) when (e.MayPass)
        {
            return new StatusSnapshot { At = now, Unreachable = e.Message };
        }
    }

    static void Show(Output output, StatusSnapshot snapshot)
    {
        if (output.IsJson) output.Json(new { problems = StatusProblems.Of(snapshot), notes = StatusProblems.Notes(snapshot), snapshot });
        else output.Show(StatusScreen.Of(snapshot));
    }
}
