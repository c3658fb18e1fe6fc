using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Jobs;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class CreateCommand
{
    static readonly Argument<Guid> Connection = IdArgument.Of("connection", "./batchbus connections lists them.");
    static readonly Option<string> Name = new("--name") { Description = "The audience's name.", HelpName = "text", DefaultValueFactory = _ => "Everybody" };

    static readonly Option<string> Priority = new Option<string>("--priority") { Description = "How urgent it is.", DefaultValueFactory = _ => Priorities.Normal }
        .AcceptOnlyFromAmong(Priorities.All);

    static readonly Option<string?> Key = new("--idempotency-key")
    {
        Description = "A text that makes it safe to send the same once more; by default a random one.", HelpName = "text",
    };

    public static Command Create(IAnsiConsole console) => new Command("create", "Creates a batch list: an audience and the job that fills it.")
    {
        Connection, Name, Priority, Key, ShowCommand.Watch,
    }.TakesApi().Calls(console, CreateOne);

    static async Task<int> CreateOne(ApiCall call, CancellationToken ct)
    {
        var parsed = call.Parsed;
        var wanted = new { connectionId = parsed.GetValue(Connection), name = parsed.GetValue(Name), priority = parsed.GetValue(Priority) };
        var answer = await call.Api.Post("api/batch-lists", wanted, ct, idempotencyKey: parsed.GetValue(Key) ?? Guid.NewGuid().ToString());
        var accepted = answer.As<BatchListAccepted>();
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else call.Output.Line($"Accepted: job {accepted.JobId} fills audience {accepted.AudienceId}.");
        if (parsed.GetValue(ShowCommand.Watch)) return await JobFollow.Run(call, accepted.JobId, ct);
        if (!call.Output.IsJson) call.Output.Line($"./batchbus show --watch {accepted.JobId} follows it.");
        return ExitCodes.Done;
    }
}
