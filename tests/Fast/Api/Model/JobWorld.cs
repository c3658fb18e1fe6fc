using BatchBus.Api.Jobs;
using BatchBus.Contracts;

namespace BatchBus.Tests.Fast.Api.Model;

/// <summary>
/// All that a job meets: the broker's queues, Fetcher, Ingest and its ledger, in a few lines each; <see cref="WhopModel"/> is the company. Every page of it has
/// <see cref="PageSize"/> members, all new, so the totals say which pages were counted.
/// </summary>
sealed class JobWorld(SagaUnderTest saga, int companyPages, bool isSlow) : IStartGate, IPageLedger, IJobWindows
{
    public const int PageSize = 100;

    readonly SortedDictionary<int, ModelPage> _ledger = [];
    readonly WhopModel _whop = new(companyPages, saga.Clock.Now);
    List<JobWindow> _windows = [];

    public BatchJob Job { get; } = new()
    {
        CorrelationId = Guid.NewGuid(), Status = "Pending", OwnerId = Guid.NewGuid(), AudienceId = Guid.NewGuid(), ConnectionId = Guid.NewGuid(), CreatedAt = saga.Clock.Now,
    };

    public int CompanyPages => companyPages;
    public DateTimeOffset Now => saga.Clock.Now;

    /// <summary>The pages that are stored, by number.</summary>
    public IReadOnlyDictionary<int, ModelPage> Ledger => _ledger;

    public long Members => _ledger.Values.Count(page => page.Content is not null) * PageSize;

    /// <summary>The job's windows, as they are in the table, or the one that stands in its row.</summary>
    public IReadOnlyList<JobWindow> Windows => Job.Windows == 0 ? [JobWindows.InRow(Job)] : _windows;

    /// <summary>Messages for the saga, slices for Fetcher, pages for Ingest.</summary>
    public List<object> Messages { get; } = [];
    public List<FetchMembers> Slices { get; } = [];
    public List<ModelPage> Pages { get; } = [];

    /// <summary>The slices that the saga has sent, when, and whether it has heard of each.</summary>
    public Dictionary<int, (DateTimeOffset SentAt, bool IsHeardOf)> Sent { get; } = [];

    public async Task Happen(Happening happening)
    {
        switch (happening.Step)
        {
            case JobStep.Start: Messages.Add(new StartJob(Job.CorrelationId)); break;
            case JobStep.Continue: Messages.Add(new ContinueJob(Job.CorrelationId)); break;
            case JobStep.Drive: Messages.Add(new DriveJob(Job.CorrelationId)); break;
            case JobStep.Pause: Messages.Add(new PauseJob(Job.CorrelationId)); break;
            case JobStep.Resume: Messages.Add(new ResumeJob(Job.CorrelationId)); break;
            case JobStep.Retry: Messages.Add(new RetryJob(Job.CorrelationId)); break;
            case JobStep.Cancel: Messages.Add(new CancelJob(Job.CorrelationId)); break;
            case JobStep.Reprioritise: Messages.Add(new ChangePriority(Job.CorrelationId, JobPriority.High)); break;
            case JobStep.Deliver: await Deliver(happening.Pick, keep: false, times: 1); break;
            case JobStep.DeliverAndKeep: await Deliver(happening.Pick, keep: true, times: 1); break;
            case JobStep.DeliverAndSendTwice: await Deliver(happening.Pick, keep: false, times: 2); break;
            case JobStep.Fetch or JobStep.FetchAndDie or JobStep.FetchAndStop or JobStep.FetchAndFail or JobStep.FetchAndFault: Fetch(happening); break;
            case JobStep.Store or JobStep.StoreAndDie or JobStep.PageFaults: Store(happening); break;
            case JobStep.LoseSlices: Slices.Clear(); break;
            case JobStep.LosePages: Pages.Clear(); break;
            case JobStep.LoseMessages: Messages.Clear(); break;
            case JobStep.Moment: Pass(1); break;
            case JobStep.Stall: Pass(40 << happening.Pick); break;
            case JobStep.Outage: Pass(3_600); break;
        }
    }

    void Pass(int seconds) => saga.Clock.Now += TimeSpan.FromSeconds(seconds);

    async Task Deliver(int pick, bool keep, int times)
    {
        if (Messages.Count == 0) return;
        var message = Messages[pick % Messages.Count];
        if (!keep) Messages.RemoveAt(pick % Messages.Count);
        var before = JobSnapshot.Of(this);
        var sent = await saga.Handle(this, message);
        JobRules.Check(this, before, message, sent);
        var over = message switch { MembersFetched report => report.Slice, MassTransit.Fault<FetchMembers> fault => fault.Message.Slice, _ => 0 };
        if (over > 0) Sent[over] = Sent[over] with { IsHeardOf = true };
        foreach (var slice in sent.OfType<FetchMembers>()) Sent.Add(slice.Slice, (Now, false));
        for (; times > 0; times--) Slices.AddRange(sent.OfType<FetchMembers>());
    }

    void Fetch(Happening happening)
    {
        if (Slices.Count == 0) return;
        var slice = Slices[happening.Pick % Slices.Count];
        var most = happening.Step switch
        {
            JobStep.Fetch => slice.MaxPages,
            JobStep.FetchAndFault => 0,
            _ => Math.Min(slice.MaxPages - 1, happening.Pick % 2),
        };
        var (windows, pages) = _whop.Read(slice, most, firstWindow: happening.Pick);
        Pages.AddRange(pages);
        if (happening.Step == JobStep.FetchAndDie) return; // the slice is delivered again
        Slices.Remove(slice);
        Messages.Add(happening.Step switch
        {
            _ when windows.All(window => window.ReachedEnd) => Report(slice, windows, null), // there was nothing left to stop at
            JobStep.FetchAndStop => Report(slice, windows, new FetchStop("whop_unavailable", "Down.", false, null)),
            JobStep.FetchAndFail => Report(slice, windows, new FetchStop("whop_unauthorized", "No.", true, null)),
            JobStep.FetchAndFault => new ModelFault<FetchMembers>(slice),
            _ => Report(slice, windows, null),
        });
    }

    MembersFetched Report(FetchMembers slice, IReadOnlyList<WindowFetched> windows, FetchStop? stop) => new()
    {
        JobId = slice.JobId, Slice = slice.Slice, Windows = windows, Stop = stop, ApiCalls = windows.Sum(window => window.Pages), RateLimited = 0, NextRequestAt = Now,
        PageTime = TimeSpan.FromMilliseconds(isSlow ? 300 : 50),
    };

    void Store(Happening happening)
    {
        if (Pages.Count == 0) return;
        var page = Pages[happening.Pick % Pages.Count];
        if (happening.Step == JobStep.PageFaults)
        {
            Pages.Remove(page);
            Messages.Add(new ModelFault<MemberPage>(Message(page)));
            return;
        }
        var isDropped = Job.Status == "Cancelled" || Windows.Any(window => window.Number == PageNumbers.WindowOf(page.Number) && page.Number >= window.FirstPage + window.EndsAfter);
        var isNew = !isDropped && _ledger.TryAdd(page.Number, page);
        // What a page's number means never changes, however often and from whichever slice it comes.
        if (!isDropped) Assert.Equal(_ledger[page.Number].Content, page.Content);
        if (happening.Step == JobStep.StoreAndDie) return; // the page is delivered again
        Pages.Remove(page);
        // Ingest's rule, with every second page in the place of every twentieth.
        if (!isDropped && (!isNew || _ledger.Count % 2 == 0 || Job.Status != "Processing" || _ledger.Values.Any(p => p.TotalPages <= _ledger.Count)))
            Messages.Add(TotalsNow());
    }

    MemberPage Message(ModelPage page) => new()
    {
        JobId = Job.CorrelationId, AudienceId = Job.AudienceId, PageNumber = page.Number, IsLast = page.IsLast, NextCursor = page.NextCursor, Members = null!,
    };

    PagesIngested TotalsNow() => new()
    {
        JobId = Job.CorrelationId, Pages = _ledger.Count, Totals = new MemberTotals(Members, Members, 0, 0, 0),
    };

    public bool HasAll => Windows.All(IsStored);

    /// <summary>True when every page that was read of the window is stored.</summary>
    public bool IsStored(JobWindow window) => Enumerable.Range(window.FirstPage, window.Pages).All(_ledger.ContainsKey);

    Task<bool> IPageLedger.IsWhole(Guid job, CancellationToken cancellationToken) => Task.FromResult(true);

    Task<bool> IPageLedger.HasAll(IReadOnlyList<JobWindow> windows, CancellationToken cancellationToken) => Task.FromResult(HasAll);

    Task<bool> IPageLedger.HasBeyond(JobWindow window, CancellationToken cancellationToken) => Task.FromResult(
        _ledger.Keys.Any(number => PageNumbers.WindowOf(number) == window.Number && number >= window.FirstPage + window.Pages));

    Task<bool> IPageLedger.Has(Guid job, int page, CancellationToken cancellationToken) => Task.FromResult(_ledger.ContainsKey(page));

    Task<IReadOnlyList<StoredPage>> IPageLedger.LastWithoutGap(Guid job, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<StoredPage>>(
    [
        .. _ledger.Values.GroupBy(page => PageNumbers.WindowOf(page.Number))
            .Select(window => window.TakeWhile((page, nth) => page.Number == PageNumbers.FirstOf(window.Key) + nth).LastOrDefault())
            .OfType<ModelPage>().Select(last => new StoredPage(PageNumbers.WindowOf(last.Number), (last.Number - 1) % PageNumbers.PerWindow + 1, last.IsLast, last.NextCursor, last.Reached)),
    ]);

    Task<PagesIngested> IPageLedger.Totals(Guid job, CancellationToken cancellationToken) => Task.FromResult(TotalsNow());

    Task IPageLedger.Forget(Guid job, CancellationToken cancellationToken) => throw new NotSupportedException("Every member of the model has an e-mail.");

    ValueTask<IReadOnlyList<JobWindow>> IJobWindows.Of(BatchJob job, CancellationToken cancellationToken) => new(Windows);

    void IJobWindows.Keep(BatchJob job, IReadOnlyList<JobWindow> windows)
    {
        JobWindows.Sum(job, windows);
        _windows = [.. windows];
    }

    Task IJobWindows.Forget(BatchJob job, CancellationToken cancellationToken) => throw new NotSupportedException("Every member of the model has an e-mail.");

    // A real connection knows other jobs, too; here the job meets its own last slice alone.
    Task<bool> IStartGate.HasSlot(BatchJob job, CancellationToken cancellationToken) => Task.FromResult(!(job.ConnectionBusyUntil > Now));

    Task<DateTimeOffset?> IStartGate.KeyFreeAt(Guid connection, CancellationToken cancellationToken) => Task.FromResult(Job.NextRequestAt);

    Task<bool> IStartGate.IsOvertaken(Guid jobId, CancellationToken cancellationToken) => Task.FromResult(false);

    Task<bool> IStartGate.AudienceIsFree(Guid audienceId, Guid jobId, CancellationToken cancellationToken) => Task.FromResult(true);
}

/// <summary>What MassTransit publishes about a message that no try could handle.</summary>
sealed record ModelFault<T>(T Message) : MassTransit.Fault<T> where T : class
{
    public Guid FaultId => Guid.Empty;
    public Guid? FaultedMessageId => null;
    public DateTime Timestamp => DateTime.UnixEpoch;
    public MassTransit.ExceptionInfo[] Exceptions => [];
    public MassTransit.HostInfo Host => null!;
    public string[] FaultMessageTypes => [];
}
