using System.CommandLine;
using BatchBus.Cli.Client;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class RefreshCommand
{
    static readonly Argument<Guid> Audience = IdArgument.Of("audience", "./batchbus show JOB says it.");
    static readonly Option<bool> All = new("--all") { Description = "Reads the whole company again, which also marks who is missing; without it only who is new." };

    public static Command Create(IAnsiConsole console) => new Command("refresh", "Brings an audience up to date: who is new, or everyone.")
    {
        Audience, All, CreateCommand.Priority, CreateCommand.Key, ShowCommand.Watch,
    }.TakesApi().Calls(console, Refresh);

    static Task<int> Refresh(ApiCall call, CancellationToken ct) => CreateCommand.Ask(
        call, $"api/audiences/{call.Parsed.GetValue(Audience)}/refresh",
        new { mode = call.Parsed.GetValue(All) ? "all" : "new", priority = call.Parsed.GetValue(CreateCommand.Priority) },
        accepted => $"Accepted: job {accepted.JobId} refreshes audience {accepted.AudienceId}.", ct);
}
