using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BatchBus.Cli.Commands;

static class StatsCommand
{
    const int LongestBar = 30;

    static readonly Option<int> Days = NumberOption.WithDefault("--days", 7, 1, 731, "How many days, today among them.");

    public static Command Create(IAnsiConsole console) =>
        new Command("stats", "Shows the figures of the last days (UTC), with a bar for the members that were read.") { Days }.TakesApi().Calls(console, Show);

    static async Task<int> Show(ApiCall call, CancellationToken ct)
    {
        var answer = await call.Api.Get($"api/stats?days={call.Parsed.GetValue(Days)}", ct);
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else if (answer.As<IReadOnlyList<Day>>() is { Count: > 0 } days) call.Output.Show(Chart(days));
        else call.Output.Line("There are no figures of these days.");
        return ExitCodes.Done;
    }

    internal static IRenderable Chart(IReadOnlyList<Day> days)
    {
        var most = days.Max(day => day.MembersFetched);
        var table = Tables.Of("DATE", "MEMBERS READ", ">", ">NEW", ">COMPLETED", ">FAILED", ">CANCELLED", ">SUCCESS", ">CALLS", ">429", ">P95");
        foreach (var day in days)
        {
            table.AddRow(
            [
                Tables.Cell(day.Date.ToString("yyyy-MM-dd", null)), Tables.Cell(Bar(day.MembersFetched, most), Color.Blue), Number(day.MembersFetched),
                Number(day.MembersInserted), Number(day.JobsCompleted), Number(day.JobsFailed, Color.Red), Number(day.JobsCancelled),
                Tables.Cell(day.SuccessRate is { } share ? Words.Percent(share) : ""), Number(day.ApiCalls), Number(day.RateLimited),
                Tables.Cell(Words.Span(TimeSpan.FromSeconds(day.JobSecondsP95))),
            ]);
        }
        return table;
    }

    static IRenderable Number(long number, Color? colour = null) => Tables.Cell(Words.Number(number), number > 0 ? colour : null);

    /// <summary>In eighths of a character, so that a small day beside a large one can still be seen.</summary>
    static string Bar(long value, long most)
    {
        var eighths = most == 0 ? 0 : (int)Math.Ceiling(value * LongestBar * 8d / most);
        var rest = eighths % 8;
        return new string('█', eighths / 8) + (rest == 0 ? "" : "▏▎▍▌▋▊▉"[rest - 1]);
    }
}
