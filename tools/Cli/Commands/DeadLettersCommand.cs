using System.CommandLine;
using System.Text.Json.Nodes;
using BatchBus.Cli.DeadLetters;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class DeadLettersCommand
{
    static readonly Argument<string> Queue = new("queue") { Description = "For example member-pages_error." };
    static readonly Option<bool> Json = new("--json") { Description = "Prints the Api's own answer.", Recursive = true };
    static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Does not ask." };

    public static Command Create(IAnsiConsole console)
    {
        var list = new Command("list", "Lists them by queue and by what they died of.");
        list.SetAction((parsed, ct) => List(parsed, console, ct));
        var replay = new Command("replay", "Sends them back to the queue that they came from; one that fails again is dead again.")
        {
            Queue, Selection.AllOption, Selection.ExceptionOption, Selection.IdOption, Selection.LimitOption,
        };
        replay.SetAction((parsed, ct) => Replay(parsed, console, ct));
        var discard = new Command("discard", "Deletes them, after a question.")
        {
            Queue, Selection.AllOption, Selection.ExceptionOption, Selection.IdOption, Selection.LimitOption, Yes,
        };
        discard.SetAction((parsed, ct) => Discard(parsed, console, ct));
        var command = new Command("dead-letters", "Shows messages that could not be handled, replays and discards them.")
        {
            list, replay, discard, ApiAccess.ApiOption, ApiAccess.TokenOption, Json,
        };
        command.SetAction((parsed, ct) => List(parsed, console, ct));
        return command;
    }

    static async Task<int> List(ParseResult parsed, IAnsiConsole console, CancellationToken ct)
    {
        using var client = new DeadLetterClient(ApiAccess.Of(parsed));
        var answer = await client.List(ct);
        if (parsed.GetValue(Json)) Print(console, answer);
        else foreach (var line in DeadLetterLines.Of(JsonNode.Parse(answer)!)) Print(console, line);
        return 0;
    }

    static async Task<int> Replay(ParseResult parsed, IAnsiConsole console, CancellationToken ct)
    {
        var (queue, selection) = (parsed.GetRequiredValue(Queue), Selection.Of(parsed));
        using var client = new DeadLetterClient(ApiAccess.Of(parsed));
        var answer = await client.Replay(queue, selection, ct);
        var done = JsonNode.Parse(answer)!;
        Print(console, parsed.GetValue(Json) ? answer : $"Replayed {done["replayed"]} of {queue} to {done["source"]}; {done["kept"]} kept.");
        return 0;
    }

    static async Task<int> Discard(ParseResult parsed, IAnsiConsole console, CancellationToken ct)
    {
        var (queue, selection) = (parsed.GetRequiredValue(Queue), Selection.Of(parsed));
        var access = ApiAccess.Of(parsed);
        if (!parsed.GetValue(Yes) && !await IsMeant(console, queue, selection, ct))
        {
            Print(console, "Nothing was discarded.");
            return 1;
        }
        using var client = new DeadLetterClient(access);
        var answer = await client.Discard(queue, selection, ct);
        var done = JsonNode.Parse(answer)!;
        Print(console, parsed.GetValue(Json) ? answer : $"Discarded {done["discarded"]} of {queue}; {done["kept"]} kept.");
        return 0;
    }

    static Task<bool> IsMeant(IAnsiConsole console, string queue, Selection selection, CancellationToken ct)
    {
        if (!console.Profile.Capabilities.Interactive || Console.IsInputRedirected)
            throw new CliException("discard deletes for good and asks first, but there is no terminal to ask at: give --yes.");
        return new ConfirmationPrompt(Markup.Escape($"Delete {selection.Sentence} of {queue} for good?")) { DefaultValue = false }.ShowAsync(console, ct);
    }

    // Not through Spectre's layout, which would break long lines in a narrow terminal.
    static void Print(IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(line);
}
