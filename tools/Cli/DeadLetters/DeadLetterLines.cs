using System.Globalization;
using System.Text.Json.Nodes;
using BatchBus.Cli.Display;

namespace BatchBus.Cli.DeadLetters;

/// <summary>Dead letters as lines for people.</summary>
static class DeadLetterLines
{
    public static IEnumerable<string> Of(JsonNode list)
    {
        var queues = list["items"]!.AsArray().Where(queue => Number(queue!, "count") > 0 || queue!["isBusy"]!.GetValue<bool>()).ToArray();
        return queues.Length == 0 ? ["There are no dead letters."] : queues.SelectMany(queue => Queue(queue!));
    }

    static IEnumerable<string> Queue(JsonNode queue)
    {
        var oldest = queue["oldestAt"] is { } at ? $", the oldest of {Words.Time(at.GetValue<DateTimeOffset>())}" : "";
        var (count, examined) = (Number(queue, "count"), Number(queue, "examined"));
        var looked = queue["isBusy"]!.GetValue<bool>() ? "; somebody is at work on it"
            : examined < count ? string.Create(CultureInfo.InvariantCulture, $"; looked at the first {examined:N0}") : "";
        yield return string.Create(CultureInfo.InvariantCulture, $"{queue["queue"]}: {Words.Count(count, "message", "messages")}{oldest}{looked}");
        foreach (var group in queue["groups"]!.AsArray())
        {
            var exception = group!["exceptionType"] is { } type ? $"{type}: " : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"{Number(group, "count"),9:N0}  {exception}{Words.Foreign(group["message"]!.GetValue<string>())}");
            if (group["jobIds"]!.AsArray() is { Count: > 0 } jobs) yield return $"           jobs {string.Join(", ", jobs)}";
        }
    }

    static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();
}
