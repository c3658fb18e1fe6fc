using BatchBus.Api.Admission;

namespace BatchBus.Api.Jobs;

/// <summary>
/// The watchdog's part of a job's row. A running job has a time by which it is expected to have moved; admission proposes to drive it on
/// after that, and the saga decides. Only stored pages count as progress: reports alone could go round in circles. A job whose pages wait behind
/// those of many others is not late: to fetch them again would only make the queue longer.
/// </summary>
sealed class JobStalls(Patience patience, IngestLag lag, TimeProvider clock)
{
    public const string Code = "stalled";

    /// <summary>How long the latest slice may wait for a Fetcher; the broker drops it then.</summary>
    public TimeSpan SliceLifetime(BatchJob job) => patience.After(job.Drives);

    /// <summary>The watchdog looks at a running job from here on, or waits anew.</summary>
    public void Watch(BatchJob job) => job.StallsAt = clock.GetUtcNow() + patience.After(job.Drives);

    /// <summary>
    /// A slice was sent. It may be taken at the last moment of its life in the queue, and is worked on for a slice's time then; given up any earlier, it would be read
    /// by two. And no later, whatever is stored meanwhile: while the broker was away it kept the pages, and dropped the slice.
    /// </summary>
    public void WatchSlice(BatchJob job) => job.StallsAt = clock.GetUtcNow() + SliceLifetime(job) + patience.SliceTime;

    /// <summary>Something was heard of a job, which need not run any more.</summary>
    public void Heard(BatchJob job)
    {
        if (job is { StallsAt: not null, SliceSentAt: null }) Watch(job);
    }

    /// <summary>Pages were stored: whatever held the job up is over.</summary>
    public void Moved(BatchJob job)
    {
        job.Drives = 0;
        if (job.ErrorCode == Code) (job.ErrorCode, job.ErrorMessage) = (null, null);
        Heard(job);
    }

    /// <summary>True when the job is really late: another replica may have proposed the same, or it has moved meanwhile.</summary>
    public bool IsStalled(BatchJob job) => job.ResumeAt is null
        && (job.StallsAt ?? job.UpdatedAt + Patience.OfOldJobs) + (job.SliceSentAt is null ? lag.Of(job.Priority) : TimeSpan.Zero) <= clock.GetUtcNow();

    /// <summary>Ingest has told how long pages of the job's level wait at the moment. A clock that goes wrong must not make a job wait for ever.</summary>
    public void HeardOfPages(BatchJob job, TimeSpan waited) => lag.Heard(job.Priority, waited < patience.Longest ? waited : patience.Longest);

    /// <summary>The slice under way is given up: it, or its report, is lost, or no Fetcher has taken it.</summary>
    public void GiveUpSlice(BatchJob job)
    {
        job.SliceSentAt = null;
        Drive(job, $"Nothing was heard of slice {job.Slice}; it is sent again. Check that a Fetcher runs.");
    }

    /// <summary>Everything fetched was expected to be stored by now, and is not; the job has gone back to what is.</summary>
    public void GiveUpPages(BatchJob job) => Drive(job,
        $"Pages were fetched but not stored; all but the {job.PagesFetched} that are will be fetched again. Check that an Ingest runs, and the queue member-pages_error.");

    void Drive(BatchJob job, string message)
    {
        job.Drives++;
        (job.ErrorCode, job.ErrorMessage) = (Code, message);
        Watch(job);
    }

    /// <summary>The job leaves the running ones. A slice that is under way goes on using the connection's key until it reports or cannot live any more.</summary>
    public static void Leave(BatchJob job)
    {
        if (job.SliceSentAt is not null) job.ConnectionBusyUntil = job.StallsAt ?? job.ConnectionBusyUntil; // a paused job was left before
        job.StallsAt = null;
    }
}
