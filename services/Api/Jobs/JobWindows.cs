using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Jobs;

/// <summary>The windows of the message's job. The first one of a job that has never been divided stands in the job's own row, so that most jobs need no more.</summary>
interface IJobWindows
{
    /// <summary>All windows by number, done or not. What is changed in them is saved with the job, after <see cref="Keep"/>.</summary>
    ValueTask<IReadOnlyList<JobWindow>> Of(BatchJob job, CancellationToken cancellationToken);

    /// <summary>Writes into the job's row what its windows come to.</summary>
    /// <param name="job">The job.</param>
    /// <param name="windows">All of its windows.</param>
    void Keep(BatchJob job, IReadOnlyList<JobWindow> windows);

    /// <summary>The job begins anew, with one window and nothing read.</summary>
    Task Forget(BatchJob job, CancellationToken cancellationToken);
}

sealed class JobWindows(ApiDbContext database) : IJobWindows
{
    (BatchJob Job, IReadOnlyList<JobWindow> All)? _known;

    public async ValueTask<IReadOnlyList<JobWindow>> Of(BatchJob job, CancellationToken cancellationToken)
    {
        if (_known is { } known && ReferenceEquals(known.Job, job)) return known.All;
        IReadOnlyList<JobWindow> all = job.Windows == 0
            ? [InRow(job)]
            : await database.Windows.Where(window => window.JobId == job.CorrelationId).OrderBy(window => window.Number).ToListAsync(cancellationToken);
        _known = (job, all);
        return all;
    }

    /// <summary>The one window of a job that has never been divided.</summary>
    public static JobWindow InRow(BatchJob job) =>
        new() { JobId = job.CorrelationId, Number = 0, CreatedFrom = job.ReadFrom, Cursor = job.Cursor, Pages = job.PagesFetched, IsDone = job.FetchedAll };

    public void Keep(BatchJob job, IReadOnlyList<JobWindow> windows)
    {
        Sum(job, windows);
        _known = (job, windows);
        if (job.Windows > 0) database.Windows.AddRange(windows.Where(window => database.Entry(window).State == EntityState.Detached));
    }

    /// <summary>What the job's row says of all windows together.</summary>
    public static void Sum(BatchJob job, IReadOnlyList<JobWindow> windows)
    {
        job.Windows = windows.Count > 1 ? windows.Count : 0;
        job.PagesFetched = windows.Sum(window => window.Pages);
        job.FetchedAll = windows.All(window => window.IsDone);
        job.Cursor = job.Windows == 0 ? windows[0].Cursor : null;
    }

    public async Task Forget(BatchJob job, CancellationToken cancellationToken)
    {
        if (job.Windows > 0) await database.Windows.Where(window => window.JobId == job.CorrelationId).ExecuteDeleteAsync(cancellationToken);
        Keep(job, [new JobWindow { JobId = job.CorrelationId, Number = 0, CreatedFrom = job.ReadFrom }]);
    }
}
