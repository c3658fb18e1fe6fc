using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Status;

/// <summary>What is not as it should be, each in a sentence that says what to do.</summary>
static class StatusProblems
{
    // RabbitMQ counts every five seconds, and the Api asks it every two: what has come just now may have its reader by now.
    static readonly TimeSpan FiguresAge = TimeSpan.FromSeconds(10);

    /// <summary>What somebody has to mend; the exit code is then not 0.</summary>
    public static IReadOnlyList<string> Of(StatusSnapshot snapshot) =>
    [
        .. snapshot.Missing.Count == 0 ? [] : (string[])[$"Not running: {string.Join(", ", snapshot.Missing)}. ./batchbus up starts what is missing."],
        .. snapshot.Unreachable is { } away ? [away] : (string[])[],
        .. snapshot.Refused,
        .. Workers(snapshot),
        .. Queues(snapshot.Queues?.Items ?? [], snapshot.At),
    ];

    /// <summary>What is worth a look.</summary>
    public static IReadOnlyList<string> Notes(StatusSnapshot snapshot) =>
    [
        .. snapshot.Troubled.Select(job => Words.Foreign($"Job {job.Id} ({job.Name}) {(job.Status == "failed" ? "failed" : "is held up")}: {job.Error?.Code}: {job.Error?.Message}")),
        .. snapshot.Queues?.Detail is { } detail ? [detail] : (string[])[],
    ];

    static IEnumerable<string> Workers(StatusSnapshot snapshot)
    {
        if (snapshot.Workers is not { } workers) yield break;
        foreach (var worker in workers.Where(w => w.Status == "stale"))
        {
            yield return Words.Foreign($"{worker.Service} on {worker.Host} ({worker.Id}) has not been heard of for {Words.Span(snapshot.At - worker.LastHeartbeat)}: "
                + "it has died or hangs. What it had in hand is done by others; look at its log.");
        }
        if (snapshot.Jobs is not { Unfinished: > 0 }) yield break; // with nothing to do there need be nobody
        foreach (var kind in (string[])[ServiceNames.Fetcher, ServiceNames.Ingest])
            if (!workers.Any(w => w.Status == "active" && w.Service == kind)) yield return $"No {kind} is active, so jobs wait: start one.";
    }

    static IEnumerable<string> Queues(IReadOnlyList<QueueState> queues, DateTimeOffset now)
    {
        foreach (var queue in queues.Where(q => q.IsOfDeadLetters && q.Ready > 0))
            yield return $"{Words.Count(queue.Ready ?? 0, "dead letter", "dead letters")} in {queue.Name}: ./batchbus dead-letters says what of.";
        foreach (var queue in queues.Where(q => q is { Kind: "work", Consumers: 0, Ready: > 0 } && !(now - q.OldestAt < FiguresAge)))
            yield return $"{Words.Count(queue.Ready ?? 0, "message waits", "messages wait")} in {queue.Name}, and nobody reads it.";
    }
}
