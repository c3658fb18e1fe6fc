using BatchBus.Contracts;

namespace BatchBus.Api.Jobs;

/// <summary>How far a job has read its company, window by window: from a report to the next slice, and back to what is stored when something was lost.</summary>
sealed class JobReading(IJobWindows windows, IPageLedger ledger, WindowPlan plan)
{
    /// <summary>Takes over what a slice has read, and divides the windows anew where Whop is too slow for those that there are.</summary>
    public async Task Take(BatchJob job, MembersFetched report, CancellationToken cancellationToken)
    {
        job.ExpectedMembers = report.ExpectedMembers ?? job.ExpectedMembers;
        var all = (await windows.Of(job, cancellationToken)).ToList();
        var open = all.Where(window => !window.IsDone).ToList();
        foreach (var read in report.Windows)
            if (all.SingleOrDefault(window => window.FirstPage + window.Pages == read.FirstPage && !window.IsDone) is { } window) Advance(window, read);
        if (all is [{ CreatedFrom: null } only]) only.PagesLeft = plan.Left(job.ExpectedMembers, only.Pages);
        if (report is { Stop: null, PageTime: { } pageTime }) await Divide(all, plan.Wanted(pageTime), cancellationToken);
        if (WhoJoinedMeanwhile(all, open) is { } last) all.Add(last);
        windows.Keep(job, all);
    }

    // One cursor comes to the youngest members last. Of windows side by side the youngest may be done long before the others, so it is looked after once more,
    // unless a slice has just read it alone.
    static JobWindow? WhoJoinedMeanwhile(List<JobWindow> all, List<JobWindow> open)
    {
        if (all.Count is 1 or PageNumbers.MaxWindows || !all.TrueForAll(window => window.IsDone)) return null;
        var youngest = all.Last(window => window is { CreatedTo: null, EndsAfter: null });
        return open is [var only] && only == youngest ? null : WindowPlan.After(youngest, all.Count);
    }

    void Advance(JobWindow window, WindowFetched read)
    {
        var before = window.Reached;
        window.Advance(read);
        plan.Estimate(window, before, read.Pages);
    }

    async Task Divide(List<JobWindow> all, int wanted, CancellationToken cancellationToken)
    {
        while (plan.Choose(all, wanted) is var (window, parts))
        {
            // A slice that was given up may have read on; what is stored of the window beyond its pages would be read a second time.
            if (await ledger.HasBeyond(window, cancellationToken)) return;
            all.AddRange(plan.Divide(window, parts, all.Count));
        }
    }

    /// <summary>The windows that the next slice has to read.</summary>
    public async Task<IReadOnlyList<JobWindow>> Rest(BatchJob job, CancellationToken cancellationToken) =>
        [.. (await windows.Of(job, cancellationToken)).Where(window => !window.IsDone)];

    /// <summary>True when every page that was read is stored.</summary>
    public async Task<bool> IsStored(BatchJob job, CancellationToken cancellationToken) =>
        await ledger.HasAll(await windows.Of(job, cancellationToken), cancellationToken);

    /// <summary>Goes to the last page of each window that is stored without a gap, back or forth. Pages beyond a gap are read again and counted once.</summary>
    public async Task GoToStored(BatchJob job, CancellationToken cancellationToken)
    {
        var (all, stored) = await Stored(job, cancellationToken);
        foreach (var window in all) window.GoTo(stored.GetValueOrDefault(window.Number));
        if (WhoJoinedMeanwhile(all, open: []) is { } last) all.Add(last);
        windows.Keep(job, all);
    }

    /// <summary>The same for a slice that is given up: what is stored of it is not read again, and what is on its way to be stored is not waited for.</summary>
    public async Task GoForthToStored(BatchJob job, CancellationToken cancellationToken)
    {
        // Not before a slice has reported, for the first one asks how many members to expect; and another attempt's last page need not be the last any more.
        if (job is not { Attempt: 1, PagesFetched: > 0 }) return;
        var (all, stored) = await Stored(job, cancellationToken);
        var open = all.Where(window => !window.IsDone).ToList();
        foreach (var window in all)
            if (stored.TryGetValue(window.Number, out var last) && last.Number > window.Pages) window.GoTo(last);
        if (WhoJoinedMeanwhile(all, open) is { } youngest) all.Add(youngest);
        windows.Keep(job, all);
    }

    /// <summary>The job begins anew, as if nothing had been read. The members stay.</summary>
    public async Task Forget(BatchJob job, CancellationToken cancellationToken)
    {
        await ledger.Forget(job.CorrelationId, cancellationToken);
        await windows.Forget(job, cancellationToken);
    }

    async Task<(List<JobWindow> All, Dictionary<int, StoredPage> Stored)> Stored(BatchJob job, CancellationToken cancellationToken) =>
        ([.. await windows.Of(job, cancellationToken)], (await ledger.LastWithoutGap(job.CorrelationId, cancellationToken)).ToDictionary(last => last.Window));
}
