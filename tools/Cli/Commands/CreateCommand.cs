using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Jobs;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class CreateCommand
{
    static readonly Argument<Guid> Connection = IdArgument.Of("connection", "./batchbus connections lists them.");
    static readonly Option<string> Name = new("--name") { Description = "The audience's name.", HelpName = "text", DefaultValueFactory = _ => "Everybody" };

    /// <summary>Also <c>refresh</c>'s.</summary>
    public static readonly Option<string> Priority = new Option<string>("--priority") { Description = "How urgent it is.", DefaultValueFactory = _ => Priorities.Normal }
        .AcceptOnlyFromAmong(Priorities.All);

    /// <summary>Also <c>refresh</c>'s.</summary>
    public static readonly Option<string?> Key = new("--idempotency-key")
    {
        Description = "A text that makes it safe to send the same once more; by default a random one.", HelpName = "text",
    };

    public static Command Create(IAnsiConsole console) => new Command("create", "Creates a batch list: an audience and the job that fills it.")
    {
        Connection, Name, Priority, Key, ShowCommand.Watch,
    }.TakesApi().Calls(console, CreateOne);

    static Task<int> CreateOne(ApiCall call, CancellationToken ct) => Ask(
        call, "api/batch-lists",
        new { connectionId = call.Parsed.GetValue(Connection), name = call.Parsed.GetValue(Name), priority = call.Parsed.GetValue(Priority) },
        accepted => $"Accepted: job {accepted.JobId} fills audience {accepted.AudienceId}.", ct);

    /// <summary>Asks for a job, says what was accepted, and follows it if that was asked for.</summary>
    public static async Task<int> Ask(ApiCall call, string path, object wanted, Func<BatchListAccepted, string> say, CancellationToken ct)
    {
        var answer = await call.Api.Post(path, wanted, ct, idempotencyKey: call.Parsed.GetValue(Key) ?? Guid.NewGuid().ToString());
        var accepted = answer.As<BatchListAccepted>();
        call.Output.Line(call.Output.IsJson ? answer.Text : say(accepted));
        if (call.Parsed.GetValue(ShowCommand.Watch)) return await JobFollow.Run(call, accepted.JobId, ct);
        if (!call.Output.IsJson) call.Output.Line($"./batchbus show --watch {accepted.JobId} follows it.");
        return ExitCodes.Done;
    }
}
