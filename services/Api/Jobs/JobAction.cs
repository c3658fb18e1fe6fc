using BatchBus.Contracts;

namespace BatchBus.Api.Jobs;

/// <summary>What may be done to jobs, one or many.</summary>
enum JobAction
{
    Cancel,
    Pause,
    Resume,
    Retry,
}

static class JobActionExtensions
{
    /// <summary>The states in which it does something (docs/jobs.md).</summary>
    public static string[] From(this JobAction action) => action switch
    {
        JobAction.Cancel => ["pending", "processing", "paused"],
        JobAction.Pause => ["pending", "processing"],
        JobAction.Resume => ["paused"],
        _ => ["failed", "cancelled"],
    };

    /// <summary>The saga's command.</summary>
    public static object Command(this JobAction action, Guid job) => action switch
    {
        JobAction.Cancel => new CancelJob(job),
        JobAction.Pause => new PauseJob(job),
        JobAction.Resume => new ResumeJob(job),
        _ => new RetryJob(job),
    };
}
