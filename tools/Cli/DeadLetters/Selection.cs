using System.CommandLine;
using System.Text.Json.Serialization;
using BatchBus.Cli.Commands;

namespace BatchBus.Cli.DeadLetters;

/// <summary>Which messages are meant, in the words of the Api.</summary>
sealed record Selection(
    [property: JsonPropertyName("all")] bool? All,
    [property: JsonPropertyName("exceptionType")] string? ExceptionType,
    [property: JsonPropertyName("messageIds")] IReadOnlyList<Guid>? MessageIds,
    [property: JsonPropertyName("limit")] int? Limit)
{
    public static readonly Option<bool> AllOption = new("--all") { Description = "All that are there." };

    public static readonly Option<string?> ExceptionOption = new("--exception")
    {
        Description = "Those that died of this exception: its full name, or the part after the last dot.",
        HelpName = "type",
    };

    public static readonly Option<Guid[]> IdOption = new("--id")
    {
        Description = "The message with this id; may be given several times.",
        HelpName = "uuid",
        DefaultValueFactory = _ => [],
    };

    public static readonly Option<int?> LimitOption = NumberOption.Optional("--limit", 1, int.MaxValue, "So many at most.");

    public static Selection Of(ParseResult parsed)
    {
        var (all, exception, ids) = (parsed.GetValue(AllOption), parsed.GetValue(ExceptionOption), parsed.GetValue(IdOption) ?? []);
        if ((all ? 1 : 0) + (exception is null ? 0 : 1) + (ids.Length == 0 ? 0 : 1) != 1)
            throw new UsageException("Say which messages are meant, in one way: --all, --exception or --id.");
        return new Selection(all ? true : null, exception, ids.Length == 0 ? null : ids, parsed.GetValue(LimitOption));
    }

    /// <summary>The same for people.</summary>
    public string Sentence => (All, ExceptionType, MessageIds) switch
    {
        (true, _, _) => "all messages",
        (_, { } exception, _) => $"the messages that died of {exception}",
        (_, _, { Count: var ids }) => ids == 1 ? "the message with this id" : $"the messages with these {ids} ids",
        _ => "no message",
    } + (Limit is { } limit ? $", {limit} at most" : "");
}
