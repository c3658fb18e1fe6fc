using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Jobs;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class ShowCommand
{
    static readonly Argument<Guid> Id = IdArgument.Job();

    /// <summary>Also <c>create</c>'s.</summary>
    public static readonly Option<bool> Watch = new("--watch", "-w")
    {
        Description = "Follows the job until it has ended. The exit code is 0 only when it completed. With --json a line for each event.",
    };

    public static Command Create(IAnsiConsole console) =>
        new Command("show", "Shows a job: how far it is, what it waits for, what went wrong.") { Id, Watch }.TakesApi().Calls(console, Show);

    static async Task<int> Show(ApiCall call, CancellationToken ct)
    {
        var id = call.Parsed.GetValue(Id);
        if (call.Parsed.GetValue(Watch)) return await JobFollow.Run(call, id, ct);
        var answer = await call.Api.Get($"api/jobs/{id}", ct);
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else call.Output.Show(JobText.Facts(answer.As<Job>()));
        return ExitCodes.Done;
    }
}
