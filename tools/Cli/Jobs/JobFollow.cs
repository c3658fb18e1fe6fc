using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using Spectre.Console;

namespace BatchBus.Cli.Jobs;

/// <summary>Follows a job to its end: with a bar on a screen, with lines in a file, with the events themselves for programs.</summary>
static class JobFollow
{
    /// <returns>The exit code: 0 only when the job completed.</returns>
    public static async Task<int> Run(ApiCall call, Guid id, CancellationToken ct)
    {
        var last = await (call.Output.IsScreen ? OnScreen(call, id, ct) : InLines(call, id, ct)) ?? await call.Api.Job(id, ct);
        if (!call.Output.IsJson) call.Output.Show(JobText.Facts(last));
        return last.Status == "completed" ? ExitCodes.Done : ExitCodes.Failed;
    }

    static async Task<Job?> InLines(ApiCall call, Guid id, CancellationToken ct)
    {
        var lines = new JobLines();
        return await Read(call, id, Console.Error.WriteLine, (answer, job) =>
        {
            if (call.Output.IsJson) call.Output.Line(answer.Text);
            else if (lines.IsNews(job)) call.Output.Line(JobText.Sentence(job));
        }, ct);
    }

    static Task<Job?> OnScreen(ApiCall call, Guid id, CancellationToken ct) => call.Output.Console.Progress()
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .StartAsync(context =>
        {
            var bar = context.AddTask("waiting", maxValue: 1).IsIndeterminate();
            return Read(call, id, sentence => bar.Description = Markup.Escape(sentence), (_, job) => Show(bar, job), ct);
        });

    static void Show(ProgressTask bar, Job job)
    {
        bar.Description = Markup.Escape(Words.Foreign(JobText.Sentence(job)));
        bar.IsIndeterminate(job.Progress.ExpectedMembers is null && !job.HasEnded);
        bar.MaxValue = Math.Max(1, job.HasEnded ? job.Progress.MembersFetched : job.Progress.ExpectedMembers ?? 1);
        bar.Value = job.Progress.MembersFetched;
    }

    /// <returns>The job as it was seen last; null when there was nothing to see.</returns>
    static async Task<Job?> Read(ApiCall call, Guid id, Action<string> say, Action<ApiAnswer, Job> show, CancellationToken ct)
    {
        Job? last = null;
        await foreach (var answer in new JobEvents(call.Api, id, say).Read(ct))
        {
            last = answer.As<Job>();
            show(answer, last);
            if (last.HasEnded) break;
        }
        return last;
    }
}
