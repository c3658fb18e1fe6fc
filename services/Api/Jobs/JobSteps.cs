using BatchBus.Api.Admission;
using BatchBus.Contracts;
using BatchBus.Database;
using BatchBus.Hosting.Tracing;
using BatchBus.Whop;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>What the state machine does to a job's row while it reads, one step a method. <see cref="JobEnds"/> has the ends, <see cref="JobStalls"/> the watchdog.</summary>
sealed class JobSteps(IOptions<JobOptions> options, IOptions<AdmissionOptions> admission, JobStalls stalls, TimeProvider clock)
{
    readonly JobOptions _options = options.Value;

    /// <summary>Puts a job among the running ones. <paramref name="keyFreeAt"/> is when its connection's key may be used again, whichever job used it last.</summary>
    public void Begin(BatchJob job, DateTimeOffset? keyFreeAt)
    {
        var now = clock.GetUtcNow();
        job.StartedAt ??= now;
        job.Traceparent ??= JobTrace.Current; // a row that an app inserted; admission has begun a trace for it
        job.ResumeAt = null;
        job.RisenBy = RisenBy(job, now);
        if (keyFreeAt > (job.NextRequestAt ?? DateTimeOffset.MinValue)) job.NextRequestAt = keyFreeAt;
        // No slice of the connection is under way, or the gate had not let it in: one that is still on record is lost.
        (job.SliceSentAt, job.ConnectionBusyUntil) = (null, null);
        stalls.Moved(job);
        stalls.Watch(job);
    }

    short RisenBy(BatchJob job, DateTimeOffset now) =>
        (short)Math.Clamp(Math.Floor((now - job.CreatedAt) / admission.Value.RiseAfter), 0, (double)(JobPriority.Vip - job.Priority));

    /// <summary>A late or doubled report is for a slice that is no longer the latest, or that has reported already.</summary>
    public static bool IsLatestSlice(BatchJob job, MembersFetched report) => IsOpenSlice(job, report.Slice);

    public static bool IsOpenSlice(BatchJob job, int slice) => job.SliceSentAt is not null && slice == job.Slice;

    /// <summary>True for the slice that was under way when the job ended. Its pages were counted by Ingest; the reading has nothing of it any more.</summary>
    public static bool IsTrailingSlice(BatchJob job, int slice) => job.SliceSentAt is null && job.ConnectionBusyUntil is not null && slice == job.Slice;

    public static void RecordTrailingSlice(BatchJob job, MembersFetched report)
    {
        job.ConnectionBusyUntil = null;
        RecordRequests(job, report);
    }

    /// <summary>A slice is over; <see cref="JobReading"/> has taken over what it read.</summary>
    public void RecordSlice(BatchJob job, MembersFetched report)
    {
        job.SliceSentAt = job.ConnectionBusyUntil = null;
        RecordRequests(job, report);
        if (report.Pages > 0) job.Retries = 0;
        (job.ErrorCode, job.ErrorMessage) = (report.Stop?.Code, StorableText.Clean(report.Stop?.Message));
        if (report.Stop is { } stop) RecordStop(job, stop);
        stalls.Heard(job);
    }

    static void RecordRequests(BatchJob job, MembersFetched report)
    {
        job.NextRequestAt = report.NextRequestAt;
        job.ApiCalls += report.ApiCalls;
        job.RateLimited += report.RateLimited;
    }

    void RecordStop(BatchJob job, FetchStop stop)
    {
        job.Retries++;
        var backOff = BackOff(job.Retries);
        // After a 429 the key is free again at the moment that Whop names. Of a server that is down it is a guess, and at most the least: tries are few.
        job.ResumeAt = clock.GetUtcNow() + (stop.RetryAfter is { } asked && (stop.Code == WhopErrorCodes.RateLimited || asked > backOff) ? asked : backOff);
    }

    /// <summary>Doubles with each try, less up to a fifth, so that jobs that stopped together do not go on together.</summary>
    TimeSpan BackOff(int tries)
    {
        var wait = Math.Min(_options.FirstBackOff.TotalSeconds * Math.Pow(2, tries - 1), _options.LongestBackOff.TotalSeconds);
        return TimeSpan.FromSeconds(wait * (1 - 0.2 * Random.Shared.NextDouble()));
    }

    public static bool IsHopeless(BatchJob job, MembersFetched report) => report.Stop is { } stop && (stop.IsFinal || job.Retries > job.MaxRetries);

    /// <summary>A slice that Fetcher could not work on at all: it lies in the queue's <c>_error</c>, and the job says so.</summary>
    public static void RecordFault(BatchJob job, Fault<FetchMembers> fault)
    {
        job.SliceSentAt = null; // it is over, as by a report
        job.ErrorCode = "slice_failed";
        job.ErrorMessage = StorableText.Clean($"Slice {fault.Message.Slice} cannot be processed ({Reason(fault)}). " +
                                              "Retry the job; if it fails again, this is a bug to report.");
    }

    /// <summary>A page that Ingest could not store: it lies in the queue's <c>_error</c>, alone, and the job says so.</summary>
    public static void RecordFault(BatchJob job, Fault<MemberPage> fault)
    {
        job.ErrorCode = "page_failed";
        job.ErrorMessage = StorableText.Clean($"Page {fault.Message.PageNumber} cannot be stored ({Reason(fault)}). All others are. " +
                                              "Retry the job, which reads the page again; if it fails again, this is a bug to report.");
    }

    // The innermost says what really happened.
    static string Reason(Fault fault)
    {
        var reason = fault.Exceptions.FirstOrDefault();
        while (reason?.InnerException is { } inner) reason = inner;
        return $"{reason?.ExceptionType}: {reason?.Message}";
    }

    public void RecordTotals(BatchJob job, PagesIngested report)
    {
        if (report.Waited is { } waited) stalls.HeardOfPages(job, waited);
        // Absolute totals: an older report has fewer pages, or as many and fewer members.
        if (report.Pages < job.PagesIngested || report.Totals.Fetched < job.MembersFetched) return;
        if (report.Pages > job.PagesIngested) stalls.Moved(job);
        SetTotals(job, report);
    }

    /// <summary>Takes over the totals as they stand in the database, which are right by definition.</summary>
    public static void SetTotals(BatchJob job, PagesIngested totals)
    {
        job.PagesIngested = totals.Pages;
        (job.MembersFetched, job.Inserted, job.Duplicates, job.Invalid, job.WithoutEmail, job.Changed) = totals.Totals;
    }

    /// <summary>True for a job that has only to mark who is missing, among perhaps millions.</summary>
    public static bool TakesLongToEnd(BatchJob job) => job is { Kind: JobKind.RefreshAll, FetchedAll: true };

    public void EndWait(BatchJob job)
    {
        if (job.ResumeAt > clock.GetUtcNow()) return;
        job.ResumeAt = null;
        stalls.Watch(job);
    }

    /// <summary>
    /// One slice at a time; none while Whop asks to wait, and none while Ingest is behind: that keeps the broker's queues short. A job that was
    /// driven on without effect may be far ahead of what is stored, and gets a slice until a page is.
    /// </summary>
    public bool MayFetch(BatchJob job) => !job.FetchedAll && job.SliceSentAt is null && job.ResumeAt is null
        && job.PagesFetched - job.PagesIngested <= (job.Drives == 0 ? _options.MaxPagesWaiting : PagesIngested.ReportEvery - 1);

    /// <summary>Opens the next slice; a report for any earlier one is void from here on.</summary>
    public void OpenSlice(BatchJob job)
    {
        job.Slice++;
        job.SliceSentAt = clock.GetUtcNow();
        stalls.WatchSlice(job);
    }

    /// <summary>Readies an ended job for another attempt.</summary>
    public static void BeginAgain(BatchJob job)
    {
        job.Attempt++;
        (job.Retries, job.Drives) = (0, 0);
        (job.ErrorCode, job.ErrorMessage, job.CompletedAt, job.ResumeAt) = (null, null, null, null);
    }
}
