using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BatchBus.Cli.Status;

/// <summary>One screen, what is wrong first.</summary>
static class StatusScreen
{
    // So much of each list that the whole fits into a screen.
    const int MostWorkers = 8, MostSentences = 6;

    public static IRenderable Of(StatusSnapshot snapshot)
    {
        var parts = new List<IRenderable>();
        AddSentences(parts, "Problems", StatusProblems.Of(snapshot), Color.Red);
        AddSentences(parts, "Worth a look", StatusProblems.Notes(snapshot), Color.Yellow);
        if (snapshot.Jobs is { } jobs) parts.Add(new Rows(Tables.Heading("Jobs"), new Text(Sentence(jobs, snapshot.MembersPerSecond ?? 0))));
        if (snapshot.Workers is { } workers) parts.Add(Section("Workers", Workers(workers, snapshot.At)));
        if (snapshot.Queues is { } queues) parts.Add(Section("Queues", StatusTables.Queues([.. queues.Items.Where(IsWorthARow)], snapshot.At)));
        if (snapshot is { Jobs: not null, Workers: null }) parts.Add(new Text("Workers and queues are shown to tokens with the role service_role."));
        if (snapshot.Processes is { Count: > 0 } processes) parts.Add(Section("Processes of this machine", StatusTables.Processes(processes)));
        return new Rows(parts.SelectMany((part, index) => index == 0 ? [part] : (IRenderable[])[Text.Empty, part]));
    }

    static void AddSentences(List<IRenderable> parts, string heading, IReadOnlyList<string> sentences, Color colour)
    {
        if (sentences.Count == 0) return;
        var rest = sentences.Count - MostSentences;
        parts.Add(new Rows(
        [
            new Text(heading, new Style(colour, decoration: Decoration.Bold)),
            .. sentences.Take(MostSentences).Select(sentence => new Text(sentence)),
            .. rest > 0 ? [new Text($"… and {rest} more, in --json.")] : (IRenderable[])[],
        ]));
    }

    static Rows Section(string heading, IRenderable content) => new Rows(Tables.Heading(heading), content);

    static string Sentence(JobCounts jobs, double membersPerSecond)
    {
        var today = jobs.Today is { } day
            ? $"; today {Words.Number(day.JobsCompleted)} completed, {Words.Number(day.JobsFailed)} failed, {Words.Number(day.JobsCancelled)} cancelled" : "";
        return $"{Words.Number(jobs.Pending)} pending, {Words.Number(jobs.Processing)} processing, {Words.Number(jobs.Paused)} paused{today}; "
            + $"{Words.Number(membersPerSecond)} members/s";
    }

    static IRenderable Workers(IReadOnlyList<Worker> workers, DateTimeOffset now)
    {
        Worker[] here = [.. workers.Where(worker => worker.Status != "stopped")];
        if (here.Length == 0) return new Text("none");
        var table = StatusTables.Workers([.. here.OrderBy(worker => worker.Status == "active").ThenBy(worker => worker.Service, StringComparer.Ordinal).Take(MostWorkers)], now);
        return here.Length <= MostWorkers ? table : new Rows(table, new Text($"… and {here.Length - MostWorkers} more: ./batchbus workers"));
    }

    /// <summary>Queues that are for trouble only are shown when they have some.</summary>
    static bool IsWorthARow(QueueState queue) => queue.Kind == "work" || queue.Ready > 0;
}
