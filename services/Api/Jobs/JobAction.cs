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
        JobAction.Cancel => JobStatus.Active,
        JobAction.Pause => [JobStatus.Pending, JobStatus.Processing],
        JobAction.Resume => [JobStatus.Paused],
        _ => [JobStatus.Failed, JobStatus.Cancelled],
    };

    /// <summary>The states in which that is so already.</summary>
    public static string[] Already(this JobAction action) => action switch
    {
        JobAction.Cancel => [JobStatus.Cancelled],
        JobAction.Pause => [JobStatus.Paused],
        _ => [JobStatus.Pending, JobStatus.Processing],
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
