using BatchBus.Contracts;
using BatchBus.Database;
using BatchBus.Whop;

namespace BatchBus.Api.Jobs;

/// <summary>The ends of a job: what its row says, and what is told to others.</summary>
sealed class JobEnds(TimeProvider clock)
{
    public const string ConnectionDeleted = "connection_deleted";
    public const string ConnectionDeletedSentence = "The job's connection was deleted, and with it the key; what was stored before stays.";

    public void RecordCancellation(BatchJob job, CancelJob command)
    {
        End(job);
        (job.ErrorCode, job.ErrorMessage) = command.Reason is null ? (null, null) : (command.Code ?? "cancelled", StorableText.Clean(command.Reason));
    }

    public void RecordDeletedConnection(BatchJob job)
    {
        End(job);
        (job.ErrorCode, job.ErrorMessage) = (ConnectionDeleted, ConnectionDeletedSentence);
    }

    public void RecordCompletion(BatchJob job)
    {
        End(job);
        (job.ErrorCode, job.ErrorMessage) = (null, null);
    }

    public void RecordFailure(BatchJob job) => End(job);

    // A few new members may all have none.
    const int FewMembers = 10;

    /// <summary>True when a whole company has not one e-mail: then they were withheld, and the list is no success.</summary>
    public static bool AreEmailsWithheld(BatchJob job) => job.MembersFetched > (job.ReadFrom is null ? 0 : FewMembers) && job.WithoutEmail == job.MembersFetched;

    public static void RecordWithheldEmails(BatchJob job) => (job.ErrorCode, job.ErrorMessage) = (WhopErrorCodes.EmailsWithheld,
        $"Whop listed {job.MembersFetched} members and not one e-mail; give the API key the scope member:email:read and retry the job, which then reads all of them again.");

    void End(BatchJob job)
    {
        job.CompletedAt = clock.GetUtcNow();
        JobStalls.Leave(job);
        job.SliceSentAt = null;
        job.ResumeAt = null;
    }

    public static BatchListCompleted Completed(BatchJob job) => new(job.CorrelationId, job.AudienceId, job.Totals, job.CompletedAt!.Value);

    public static BatchListFailed Failed(BatchJob job) =>
        new(job.CorrelationId, job.AudienceId, job.ErrorCode!, job.ErrorMessage!, job.CompletedAt!.Value);
}
