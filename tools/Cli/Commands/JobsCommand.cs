using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Jobs;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class JobsCommand
{
    static readonly Option<string?> Status = new Option<string?>("--status") { Description = "Only jobs with this status." }
        .AcceptOnlyFromAmong("pending", "processing", "paused", "completed", "failed", "cancelled");

    static readonly Option<int> Limit = NumberOption.WithDefault("--limit", 20, 1, 200, "How many at most.");
    static readonly Option<string?> Before = new("--before") { Description = "Goes on with older jobs: the value that the last page named.", HelpName = "next" };

    public static Command Create(IAnsiConsole console) => new Command("jobs", "Lists jobs, newest first.") { Status, Limit, Before }.TakesApi().Calls(console, List);

    static async Task<int> List(ApiCall call, CancellationToken ct)
    {
        var query = $"limit={call.Parsed.GetValue(Limit)}";
        if (call.Parsed.GetValue(Status) is { } status) query += $"&status={status}";
        if (call.Parsed.GetValue(Before) is { } before) query += $"&before={Uri.EscapeDataString(before)}";
        var answer = await call.Api.Get($"api/jobs?{query}", ct);
        if (call.Output.IsJson) call.Output.Line(answer.Text);
        else Show(call, answer.As<JobList>());
        return ExitCodes.Done;
    }

    static void Show(ApiCall call, JobList jobs)
    {
        if (jobs.Items.Count == 0) call.Output.Line("There are no such jobs.");
        else call.Output.Show(JobText.Table(jobs.Items));
        if (jobs.Next is { } next) call.Output.Line($"There are older ones: --before {next}");
    }
}
