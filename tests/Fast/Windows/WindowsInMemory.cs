using BatchBus.Api.Jobs;
using BatchBus.Contracts;

namespace BatchBus.Tests.Fast.Windows;

/// <summary>A job's windows as the table keeps them, and what the ledger says of them.</summary>
sealed class WindowsInMemory : IJobWindows, IPageLedger
{
    IReadOnlyList<JobWindow> _all = [];

    /// <summary>The last pages that are stored without a gap.</summary>
    public IReadOnlyList<StoredPage> Stored { get; set; } = [];

    public ValueTask<IReadOnlyList<JobWindow>> Of(BatchJob job, CancellationToken cancellationToken) => new(job.Windows == 0 ? [JobWindows.InRow(job)] : _all);

    public void Keep(BatchJob job, IReadOnlyList<JobWindow> windows)
    {
        _all = windows;
        JobWindows.Sum(job, windows);
    }

    public Task<IReadOnlyList<StoredPage>> LastWithoutGap(Guid job, CancellationToken cancellationToken) => Task.FromResult(Stored);
    public Task<bool> HasBeyond(JobWindow window, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<bool> HasAll(IReadOnlyList<JobWindow> windows, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<bool> Has(Guid job, int page, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<bool> IsWhole(Guid job, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<PagesIngested> Totals(Guid job, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task Forget(Guid job, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task Forget(BatchJob job, CancellationToken cancellationToken) => throw new NotSupportedException();
}
