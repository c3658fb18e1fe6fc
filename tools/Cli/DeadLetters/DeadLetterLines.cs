using System.Globalization;
using System.Text.Json.Nodes;

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
        var oldest = queue["oldestAt"] is { } at ? $", the oldest of {Time(at)}" : "";
        var (count, examined) = (Number(queue, "count"), Number(queue, "examined"));
        var looked = queue["isBusy"]!.GetValue<bool>() ? "; somebody is at work on it"
            : examined < count ? string.Create(CultureInfo.InvariantCulture, $"; looked at the first {examined:N0}") : "";
        yield return string.Create(CultureInfo.InvariantCulture, $"{queue["queue"]}: {count:N0} {(count == 1 ? "message" : "messages")}{oldest}{looked}");
        foreach (var group in queue["groups"]!.AsArray())
        {
            var exception = group!["exceptionType"] is { } type ? $"{type}: " : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"{Number(group, "count"),9:N0}  {exception}{group["message"]!.GetValue<string>().ReplaceLineEndings(" ")}");
            if (group["jobIds"]!.AsArray() is { Count: > 0 } jobs) yield return $"           jobs {string.Join(", ", jobs)}";
        }
    }

    static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();

    static string Time(JsonNode at) => at.GetValue<DateTimeOffset>().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
