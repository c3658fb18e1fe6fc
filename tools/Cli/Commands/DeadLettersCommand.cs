using System.CommandLine;
using System.Text.Json.Nodes;
using BatchBus.Cli.Client;
using BatchBus.Cli.DeadLetters;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class DeadLettersCommand
{
    static readonly Argument<string> Queue = new("queue") { Description = "For example member-pages_error." };
    static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Does not ask." };

    public static Command Create(IAnsiConsole console)
    {
        var list = new Command("list", "Lists them by queue and by what they died of.").Calls(console, List);
        var replay = new Command("replay", "Sends them back to the queue that they came from; one that fails again is dead again.")
        {
            Queue, Selection.AllOption, Selection.ExceptionOption, Selection.IdOption, Selection.LimitOption,
        }.Calls(console, Replay);
        var discard = new Command("discard", "Deletes them, after a question.")
        {
            Queue, Selection.AllOption, Selection.ExceptionOption, Selection.IdOption, Selection.LimitOption, Yes,
        }.Calls(console, Discard);
        return new Command("dead-letters", "Shows messages that could not be handled, replays and discards them.")
        {
            list, replay, discard,
        }.TakesApi().Calls(console, List);
    }

    static async Task<int> List(ApiCall call, CancellationToken ct)
    {
        var answer = await call.Api.Get("api/dead-letters", ct);
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else foreach (var line in DeadLetterLines.Of(answer.As<JsonNode>())) call.Output.Line(line);
        return ExitCodes.Done;
    }

    static async Task<int> Replay(ApiCall call, CancellationToken ct)
    {
        var (queue, selection) = (call.Parsed.GetRequiredValue(Queue), Selection.Of(call.Parsed));
        var answer = await Post(call, queue, "replay", selection, ct);
        var done = answer.As<JsonNode>();
        call.Output.Line(call.Output.IsJson ? answer.Text : $"Replayed {done["replayed"]} of {queue} to {done["source"]}; {done["kept"]} kept.");
        return ExitCodes.Done;
    }

    static async Task<int> Discard(ApiCall call, CancellationToken ct)
    {
        var (queue, selection) = (call.Parsed.GetRequiredValue(Queue), Selection.Of(call.Parsed));
        if (!call.Parsed.GetValue(Yes) && !await IsMeant(call.Output.Console, queue, selection, ct))
        {
            call.Output.Line("Nothing was discarded.");
            return ExitCodes.Failed;
        }
        var answer = await Post(call, queue, "discard", selection, ct);
        var done = answer.As<JsonNode>();
        call.Output.Line(call.Output.IsJson ? answer.Text : $"Discarded {done["discarded"]} of {queue}; {done["kept"]} kept.");
        return ExitCodes.Done;
    }

    static Task<ApiAnswer> Post(ApiCall call, string queue, string verb, Selection selection, CancellationToken ct) =>
        call.Api.Post($"api/dead-letters/{Uri.EscapeDataString(queue)}/{verb}", selection, ct, ApiClient.NoLimit);

    static Task<bool> IsMeant(IAnsiConsole console, string queue, Selection selection, CancellationToken ct)
    {
        if (!console.Profile.Capabilities.Interactive || Console.IsInputRedirected)
            throw new UsageException("discard deletes for good and asks first, but there is no terminal to ask at: give --yes.");
        return new ConfirmationPrompt(Markup.Escape($"Delete {selection.Sentence} of {queue} for good?")) { DefaultValue = false }.ShowAsync(console, ct);
    }
}
