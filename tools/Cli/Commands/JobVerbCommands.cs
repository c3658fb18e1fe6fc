using System.CommandLine;
using System.Net;
using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using BatchBus.Cli.Jobs;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

/// <summary>What may be done to a job (docs/jobs.md).</summary>
static class JobVerbCommands
{
    static readonly Argument<Guid> Id = IdArgument.Job();
    static readonly Argument<string> Level = new Argument<string>("level") { Description = "How urgent it is." }.AcceptOnlyFromAmong(Priorities.All);

    public static IEnumerable<Command> Create(IAnsiConsole console) =>
    [
        Verb("cancel", "Ends a job for good; the members that are in stay.", console),
        Verb("pause", "Holds a job; the slice under way is finished.", console),
        Verb("resume", "Lets a paused job go on.", console),
        Verb("retry", "Starts a failed or cancelled job again, from its last stored page.", console),
        new Command("priority", "Changes how urgent a job is, also while it runs.") { Id, Level }.TakesApi().Calls(console, ChangePriority),
    ];

    static Command Verb(string verb, string description, IAnsiConsole console) => new Command(verb, description) { Id }.TakesApi()
        .Calls(console, async (call, ct) => Show(call, await call.Api.Post($"api/jobs/{call.Parsed.GetValue(Id)}/{verb}", null, ct), verb));

    static async Task<int> ChangePriority(ApiCall call, CancellationToken ct)
    {
        var level = call.Parsed.GetRequiredValue(Level);
        return Show(call, await call.Api.Patch($"api/jobs/{call.Parsed.GetValue(Id)}", new { priority = level }, ct), $"priority {level}");
    }

    /// <summary>The answer shows the job as it is at this moment; a command that was accepted takes another.</summary>
    static int Show(ApiCall call, ApiAnswer answer, string asked)
    {
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else
            call.Output.Line(answer.Status == HttpStatusCode.Accepted
                ? $"Accepted: {asked}. ./batchbus show {answer.As<Job>().Id} tells when it is done."
                : $"It is so already: {Words.Foreign(JobText.Sentence(answer.As<Job>()))}.");
        return ExitCodes.Done;
    }
}
