using BatchBus.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>What the state machine does to a job's row, one step a method.</summary>
sealed class JobSteps(IOptions<JobOptions> options, TimeProvider clock)
{
    readonly JobOptions _options = options.Value;

    public void Begin(BatchJob job)
    {
        job.StartedAt ??= clock.GetUtcNow();
        job.ResumeAt = null;
    }

    /// <summary>A late or doubled report is for a slice that is no longer the latest, or that has reported already.</summary>
    public static bool IsLatestSlice(BatchJob job, MembersFetched report) => IsOpenSlice(job, report.Slice);

    public static bool IsOpenSlice(BatchJob job, int slice) => job.SliceSentAt is not null && slice == job.Slice;

    /// <summary>A slice that Fetcher could not work on at all: it lies in the queue's <c>_error</c>, and the job says so.</summary>
    public static void RecordFault(BatchJob job, Fault<FetchMembers> fault)
    {
        var reason = fault.Exceptions.FirstOrDefault();
        job.ErrorCode = "slice_failed";
        job.ErrorMessage = $"Slice {fault.Message.Slice}, from page {fault.Message.FirstPage} on, cannot be processed ({reason?.ExceptionType}: {reason?.Message}). " +
                           "Retry the job; if it fails again, this is a bug to report.";
    }

    public void RecordSlice(BatchJob job, MembersFetched report)
    {
        job.SliceSentAt = null;
        job.NextRequestAt = report.NextRequestAt;
        job.ApiCalls += report.ApiCalls;
        job.RateLimited += report.RateLimited;
        job.ExpectedMembers = report.ExpectedMembers ?? job.ExpectedMembers;
        if (report.Pages > 0)
        {
            job.PagesFetched += report.Pages;
            job.Cursor = report.NextCursor;
            job.FetchedAll = report.ReachedEnd;
            job.Retries = 0;
        }
        (job.ErrorCode, job.ErrorMessage) = (report.Stop?.Code, report.Stop?.Message);
        if (report.Stop is { } stop) RecordStop(job, stop);
    }

    void RecordStop(BatchJob job, FetchStop stop)
    {
        job.Retries++;
        job.ResumeAt = clock.GetUtcNow() + (stop.RetryAfter ?? BackOff(job.Retries));
    }

    /// <summary>Doubles with each try, less up to a fifth, so that jobs that stopped together do not go on together.</summary>
    TimeSpan BackOff(int tries)
    {
        var wait = Math.Min(_options.FirstBackOff.TotalSeconds * Math.Pow(2, tries - 1), _options.LongestBackOff.TotalSeconds);
        return TimeSpan.FromSeconds(wait * (1 - 0.2 * Random.Shared.NextDouble()));
    }

    public static bool IsHopeless(BatchJob job, MembersFetched report) => report.Stop is { } stop && (stop.IsFinal || job.Retries > job.MaxRetries);

    public static void RecordTotals(BatchJob job, PagesIngested report)
    {
        // Absolute totals: an older report has fewer pages, or as many and fewer members.
        if (report.Pages < job.PagesIngested || report.Totals.Fetched < job.MembersFetched) return;
        job.PagesIngested = report.Pages;
        (job.MembersFetched, job.Inserted, job.Duplicates, job.Invalid, job.WithoutEmail) = report.Totals;
    }

    public void EndWait(BatchJob job)
    {
        if (job.ResumeAt <= clock.GetUtcNow()) job.ResumeAt = null;
    }

    /// <summary>One slice at a time; none while Whop asks to wait, and none while Ingest is behind: that keeps the broker's queues short.</summary>
    public bool MayFetch(BatchJob job) =>
        !job.FetchedAll && job.SliceSentAt is null && job.ResumeAt is null && job.PagesFetched - job.PagesIngested <= _options.MaxPagesWaiting;

    /// <summary>Opens the next slice; a report for any earlier one is void from here on.</summary>
    public void OpenSlice(BatchJob job)
    {
        job.Slice++;
        job.SliceSentAt = clock.GetUtcNow();
    }

    public void RecordCancellation(BatchJob job, string? reason)
    {
        End(job);
        (job.ErrorCode, job.ErrorMessage) = reason is null ? (null, null) : ("cancelled", reason);
    }

    public void RecordCompletion(BatchJob job)
    {
        End(job);
        (job.ErrorCode, job.ErrorMessage) = (null, null);
    }

    public void RecordFailure(BatchJob job) => End(job);

    void End(BatchJob job)
    {
        job.CompletedAt = clock.GetUtcNow();
        job.SliceSentAt = null;
        job.ResumeAt = null;
    }

    public static BatchListCompleted Completed(BatchJob job) => new(job.CorrelationId, job.AudienceId, job.Totals, job.CompletedAt!.Value);

    public static BatchListFailed Failed(BatchJob job) =>
        new(job.CorrelationId, job.AudienceId, job.ErrorCode!, job.ErrorMessage!, job.CompletedAt!.Value);
}
