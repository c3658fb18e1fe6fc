namespace BatchBus.Api.Jobs;

/// <summary>
/// A job's status as the table and the API name it: the states of <see cref="BatchJobStateMachine"/>, in lower case. SQL says them itself, in the
/// words of the partial indexes that it is to use.
/// </summary>
static class JobStatus
{
    public const string Pending = "pending", Processing = "processing", Paused = "paused";
    public const string Completed = "completed", Failed = "failed", Cancelled = "cancelled";

    public static readonly string[] Active = [Pending, Processing, Paused];
    public static readonly string[] Ended = [Completed, Failed, Cancelled];
    public static readonly string[] All = [.. Active, .. Ended];

    public static bool HasEnded(string status) => Ended.Contains(status);
}
