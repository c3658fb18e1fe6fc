using System.Globalization;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;

namespace BatchBus.Tests.Fast.Api.Model;

/// <summary>
/// All that a job meets: Whop with a company of some pages, the broker's queues, Fetcher, Ingest and its ledger, in a few lines each. Every
/// page has <see cref="PageSize"/> members, all new, so the totals say which pages were counted.
/// </summary>
sealed class JobWorld(SagaUnderTest saga, int companyPages) : IStartGate, IPageLedger
{
    public const int PageSize = 100;

    readonly SortedSet<int> _ledger = [];

    public BatchJob Job { get; } = new()
    {
        CorrelationId = Guid.NewGuid(), Status = "Pending", OwnerId = Guid.NewGuid(), AudienceId = Guid.NewGuid(), ConnectionId = Guid.NewGuid(), CreatedAt = saga.Clock.Now,
    };

    public int CompanyPages => companyPages;
    public DateTimeOffset Now => saga.Clock.Now;
    public IReadOnlyCollection<int> Ledger => _ledger;

    /// <summary>Messages for the saga, slices for Fetcher, pages for Ingest.</summary>
    public List<object> Messages { get; } = [];
    public List<FetchMembers> Slices { get; } = [];
    public List<int> Pages { get; } = [];

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
            case JobStep.Stall: Pass(30 << happening.Pick); break;
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
        var left = companyPages - slice.FirstPage + 1;
        var whole = Math.Min(slice.MaxPages, left);
        var pages = happening.Step == JobStep.Fetch ? whole : happening.Step == JobStep.FetchAndFault ? 0 : Math.Min(whole - 1, happening.Pick % 2);
        Pages.AddRange(Enumerable.Range(slice.FirstPage, pages));
        if (happening.Step == JobStep.FetchAndDie) return; // the slice is delivered again
        Slices.Remove(slice);
        Messages.Add(happening.Step switch
        {
            JobStep.FetchAndStop => Report(slice, pages, new FetchStop("whop_unavailable", "Down.", false, null)),
            JobStep.FetchAndFail => Report(slice, pages, new FetchStop("whop_unauthorized", "No.", true, null)),
            JobStep.FetchAndFault => new ModelFault<FetchMembers>(slice),
            _ => Report(slice, pages, null),
        });
    }

    MembersFetched Report(FetchMembers slice, int pages, FetchStop? stop)
    {
        var last = slice.FirstPage + pages - 1;
        return new MembersFetched
        {
            JobId = slice.JobId, Slice = slice.Slice, Pages = pages, NextCursor = pages > 0 ? CursorAfter(last) : null, ReachedEnd = pages > 0 && last == companyPages,
            Stop = stop, ApiCalls = pages, RateLimited = 0, NextRequestAt = Now,
        };
    }

    void Store(Happening happening)
    {
        if (Pages.Count == 0) return;
        var page = Pages[happening.Pick % Pages.Count];
        if (happening.Step == JobStep.PageFaults)
        {
            Pages.Remove(page);
            Messages.Add(new ModelFault<MemberPage>(Page(page)));
            return;
        }
        var isDropped = Job.Status == "Cancelled";
        var isNew = !isDropped && _ledger.Add(page);
        if (happening.Step == JobStep.StoreAndDie) return; // the page is delivered again
        Pages.Remove(page);
        // Ingest's rule, with every second page in the place of every tenth.
        if (!isDropped && (!isNew || _ledger.Count % 2 == 0 || Job.Status != "Processing" || (_ledger.Contains(companyPages) && _ledger.Count >= companyPages)))
            Messages.Add(TotalsNow());
    }

    MemberPage Page(int number) => new()
    {
        JobId = Job.CorrelationId, AudienceId = Job.AudienceId, PageNumber = number, IsLast = number == companyPages, NextCursor = CursorAfter(number), Members = null!,
    };

    /// <summary>Whop's cursor after a page; there is none after the last.</summary>
    public string? CursorAfter(int page) => page == 0 || page == companyPages ? null : string.Create(CultureInfo.InvariantCulture, $"c{page}");

    PagesIngested TotalsNow() => new()
    {
        JobId = Job.CorrelationId, Pages = _ledger.Count, Totals = new MemberTotals(_ledger.Count * PageSize, _ledger.Count * PageSize, 0, 0, 0),
    };

    int Gapless() => Enumerable.Range(1, companyPages).TakeWhile(_ledger.Contains).Count();

    public bool HasAll(int last) => _ledger.GetViewBetween(0, Math.Max(last, 0)).Count == last;

    Task<bool> IPageLedger.IsWhole(Guid job, CancellationToken cancellationToken) => Task.FromResult(true);

    Task<bool> IPageLedger.HasAll(Guid job, int last, CancellationToken cancellationToken) => Task.FromResult(HasAll(last));

    Task<bool> IPageLedger.Has(Guid job, int page, CancellationToken cancellationToken) => Task.FromResult(_ledger.Contains(page));

    Task<StoredPage?> IPageLedger.LastWithoutGap(Guid job, CancellationToken cancellationToken) =>
        Task.FromResult(Gapless() is var last and > 0 ? new StoredPage(last, last == companyPages, CursorAfter(last)) : null);

    Task<PagesIngested> IPageLedger.Totals(Guid job, CancellationToken cancellationToken) => Task.FromResult(TotalsNow());

    Task IPageLedger.Forget(Guid job, CancellationToken cancellationToken) => throw new NotSupportedException("Every member of the model has an e-mail.");

    // A real connection knows other jobs, too; here the job meets its own last slice alone.
    Task<bool> IStartGate.HasSlot(BatchJob job, CancellationToken cancellationToken) => Task.FromResult(!(job.ConnectionBusyUntil > Now));

    Task<DateTimeOffset?> IStartGate.KeyFreeAt(Guid connection, CancellationToken cancellationToken) => Task.FromResult(Job.NextRequestAt);

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
