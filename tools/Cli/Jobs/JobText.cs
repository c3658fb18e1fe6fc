using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BatchBus.Cli.Jobs;

/// <summary>Jobs for people.</summary>
static class JobText
{
    public static IRenderable Table(IEnumerable<Job> jobs)
    {
        var table = Tables.Of("JOB", "STATUS", "PRIORITY", ">STORED", ">PER SECOND", "CREATED", "NAME", "");
        foreach (var job in jobs)
        {
            table.AddRow(Tables.Id(job.Id), Status(job.Status), Tables.Cell(job.Priority), Tables.Cell(Words.Number(job.Progress.MembersFetched)),
                Tables.Cell(job.Status == "processing" ? Words.Number(job.Progress.MembersPerSecond ?? 0) : ""), Tables.Cell(Words.Time(job.CreatedAt)),
                Tables.Cell(job.Name), Tables.Cell(Note(job)));
        }
        return table;
    }

    public static IRenderable Facts(Job job) => Tables.Facts(Lines(job));

    /// <summary>What it does, waits for or died of, in a line.</summary>
    public static string Sentence(Job job) => $"{job.Status}, {Progress(job)}{(Note(job) is { Length: > 0 } note ? $", {note}" : "")}";

    public static IRenderable Status(string status) => Tables.Cell(status, status switch
    {
        "completed" => Color.Green,
        "failed" => Color.Red,
        "processing" => Color.Blue,
        "paused" or "cancelled" => Color.Yellow,
        _ => null,
    });

    static string Progress(Job job) => (job.Progress.ExpectedMembers is { } expected
        ? $"{Words.Number(job.Progress.MembersFetched)} of {Words.Number(expected)} members"
        : Words.Count(job.Progress.MembersFetched, "member", "members")) + Rate(job);

    static string Rate(Job job) => job.Status == "processing" ? $", {Words.Number(job.Progress.MembersPerSecond ?? 0)}/s" : "";

    static string Note(Job job) => job switch
    {
        { WaitingFor: { } waiting } => job.QueuePosition is { } place ? $"place {Words.Number(place)}, waits for: {waiting}" : $"waits for: {waiting}",
        { Error: { } error, Status: not "completed" } => error.Code,
        _ => "",
    };

    static string Refreshed(JobProgress p) =>
        $"{Words.Number(p.Inserted)} new, {Words.Number(p.Changed)} changed, {Words.Number(p.Duplicates - p.Changed)} the same, {Words.Number(p.Missing)} missing";

    static IEnumerable<(string, string)> Lines(Job job)
    {
        yield return ("Job", $"{job.Id}");
        yield return ("Name", job.Name);
        yield return ("Status", Sentence(job));
        if (job.Error is { } error) yield return ("Error", $"{error.Code}: {error.Message}");
        yield return ("Priority", job.Priority);
        yield return ("Members", job.Progress.Accounting.ToString());
        if (job.Kind != "create") yield return ("Refresh", Refreshed(job.Progress));
        yield return ("Pages", $"{Words.Number(job.Progress.PagesFetched)} fetched, {Words.Number(job.Progress.PagesIngested)} stored");
        yield return ("Audience", $"{job.AudienceId}");
        yield return ("Connection", $"{job.ConnectionId}");
        if (job.TraceId is { } trace) yield return ("Trace", trace);
        if (job.Attempt > 1) yield return ("Attempt", Words.Number(job.Attempt));
        yield return ("Created", Words.Time(job.CreatedAt));
        if (job.StartedAt is { } started) yield return ("Started", Words.Time(started));
        if (job.ResumeAt is { } resume) yield return ("Next try", Words.Time(resume));
        if (job.CompletedAt is { } ended) yield return ("Ended", Words.Time(ended));
    }
}
