using System.Linq.Expressions;
using BatchBus.Contracts;
using MassTransit;

namespace BatchBus.Api.Jobs;

/// <summary>
/// The life of a job (docs/architecture.md has it as a picture). A job's row is inserted as <c>pending</c>; from then on this is its only
/// writer. Every message may come twice, late, or after a crash: reports count for the latest slice only, totals are absolute, and what a
/// state has no use for it ignores by name, so that anything else is an error.
/// </summary>
sealed class BatchJobStateMachine : MassTransitStateMachine<BatchJob>
{
    readonly JobSteps _steps;
    readonly JobEnds _ends;
    readonly JobStalls _stalls;

    public BatchJobStateMachine(JobSteps steps, JobEnds ends, JobStalls stalls)
    {
        (_steps, _ends, _stalls) = (steps, ends, stalls);
        InstanceState(job => job.Status);
        CorrelateByJob();

        During(Pending,
            When(Start).IfAsync(HasSlot, start => start.ThenAsync(Begin).TransitionTo(Processing).IfElse(x => JobSteps.TakesLongToEnd(x.Saga),
                // Not now: all other starts wait for this message.
                end => end.Publish(x => new ContinueJob(x.Saga.CorrelationId)),
                GoOn)),
            When(Pause).TransitionTo(Paused),
            Ignore(Continue), Ignore(Drive), // were meant for the time before a pause
            Ignore(Resume), Ignore(Retry)); // a second click

        During(Processing,
            When(Fetched, IsLatestSlice).ThenAsync(RecordSlice).IfElse(IsHopeless, Fail, GoOn),
            GoOn(When(Ingested).Then(RecordTotals)),
            GoOn(When(Continue).Then(x => steps.EndWait(x.Saga))),
            When(Drive).If(x => stalls.IsStalled(x.Saga), stalled => GoOn(stalled.ThenAsync(DriveOn))),
            When(Pause).ThenAsync(TakeTotals).Then(x => JobStalls.Leave(x.Saga)).TransitionTo(Paused),
            Ignore(Start), // admission in another replica was as quick
            Ignore(Resume), Ignore(Retry));

        During(Paused,
            When(Resume).TransitionTo(Pending),
            Ignore(Start), Ignore(Continue), Ignore(Drive), // were on their way
            Ignore(Pause), Ignore(Retry));

        // The slice that was under way when a job was paused is finished and counted; no other is sent.
        During([Pending, Paused],
            When(Fetched, IsLatestSlice).ThenAsync(RecordSlice).If(IsHopeless, Fail),
            When(Ingested).Then(RecordTotals));

        During([Pending, Processing, Paused],
            Fail(When(SliceFaulted, IsLatestSlice).Then(RecordFault)),
            When(PageFaulted).IfAsync(IsMissing, missing => Fail(missing.Then(RecordFault))),
            When(Reprioritise).Then(x => x.Saga.Priority = x.Message.Priority),
            When(Cancel).ThenAsync(TakeTotals).Then(x => ends.RecordCancellation(x.Saga, x.Message)).TransitionTo(Cancelled));

        During([Failed, Cancelled],
            When(Retry).IfAsync(MayRetry, retry => retry.ThenAsync(Rewind).TransitionTo(Pending)));

        // The slice that was under way when a job ended: its connection is free from here on.
        During([Pending, Completed, Failed, Cancelled],
            When(Fetched, IsTrailingSlice).Then(x => JobSteps.RecordTrailingSlice(x.Saga, x.Message)),
            When(SliceFaulted, IsTrailingSlice).Then(x => x.Saga.ConnectionBusyUntil = null));

        // Pages stored before the end still count, so that the totals tell the truth.
        During([Completed, Failed, Cancelled],
            When(Ingested).Then(RecordTotals),
            Ignore(Start), Ignore(Continue), Ignore(Drive), // late
            Ignore(Pause), Ignore(Resume), Ignore(Cancel), Ignore(Reprioritise), // too late
            Ignore(PageFaulted)); // the job ended while the page was being tried

        During(Completed, Ignore(Retry)); // there is nothing left to do
    }

    public State Pending { get; private set; } = null!;
    public State Processing { get; private set; } = null!;
    public State Paused { get; private set; } = null!;
    public State Completed { get; private set; } = null!;
    public State Failed { get; private set; } = null!;
    public State Cancelled { get; private set; } = null!;

    public Event<StartJob> Start { get; private set; } = null!;
    public Event<ContinueJob> Continue { get; private set; } = null!;
    public Event<DriveJob> Drive { get; private set; } = null!;
    public Event<MembersFetched> Fetched { get; private set; } = null!;
    public Event<Fault<FetchMembers>> SliceFaulted { get; private set; } = null!;
    public Event<Fault<MemberPage>> PageFaulted { get; private set; } = null!;
    public Event<PagesIngested> Ingested { get; private set; } = null!;
    public Event<CancelJob> Cancel { get; private set; } = null!;
    public Event<PauseJob> Pause { get; private set; } = null!;
    public Event<ResumeJob> Resume { get; private set; } = null!;
    public Event<RetryJob> Retry { get; private set; } = null!;
    public Event<ChangePriority> Reprioritise { get; private set; } = null!;

    /// <summary>Ends a job whose pages are all stored; otherwise sends its next slice, unless it has to wait.</summary>
    EventActivityBinder<BatchJob, T> GoOn<T>(EventActivityBinder<BatchJob, T> step) where T : class => step
        .IfElseAsync(IsDone,
            done => done.ThenAsync(TakeTotals).IfElse(x => JobEnds.AreEmailsWithheld(x.Saga),
                withheld => Fail(withheld.Then(x => JobEnds.RecordWithheldEmails(x.Saga))),
                Complete),
            more => more.If(x => _steps.MayFetch(x.Saga), fetch => fetch.IfElseAsync(HasKey,
                send => send.ThenAsync(SendSlice),
                deleted => deleted.ThenAsync(TakeTotals).Then(x => _ends.RecordDeletedConnection(x.Saga)).TransitionTo(Cancelled))));

    EventActivityBinder<BatchJob, T> Complete<T>(EventActivityBinder<BatchJob, T> step) where T : class => step
        .If(x => x.Saga.Kind == JobKind.RefreshAll, all => all.ThenAsync(MarkMissing))
        .Then(x => _ends.RecordCompletion(x.Saga))
        .Publish(x => JobEnds.Completed(x.Saga))
        .TransitionTo(Completed);

    EventActivityBinder<BatchJob, T> Fail<T>(EventActivityBinder<BatchJob, T> step) where T : class => step
        .ThenAsync(TakeTotals)
        .Then(x => _ends.RecordFailure(x.Saga))
        .Publish(x => JobEnds.Failed(x.Saga))
        .TransitionTo(Failed);

    static bool IsLatestSlice(BehaviorContext<BatchJob, MembersFetched> context) => JobSteps.IsLatestSlice(context.Saga, context.Message);

    static bool IsTrailingSlice(BehaviorContext<BatchJob, MembersFetched> context) => JobSteps.IsTrailingSlice(context.Saga, context.Message.Slice);

    static bool IsTrailingSlice(BehaviorContext<BatchJob, Fault<FetchMembers>> context) => JobSteps.IsTrailingSlice(context.Saga, context.Message.Message.Slice);

    static bool IsLatestSlice(BehaviorContext<BatchJob, Fault<FetchMembers>> context) => JobSteps.IsOpenSlice(context.Saga, context.Message.Message.Slice);

    static bool IsHopeless(BehaviorContext<BatchJob, MembersFetched> context) => JobSteps.IsHopeless(context.Saga, context.Message);

    async Task RecordSlice(BehaviorContext<BatchJob, MembersFetched> context)
    {
        await Scoped<JobReading>(context).Take(context.Saga, context.Message, context.CancellationToken);
        _steps.RecordSlice(context.Saga, context.Message);
    }

    static void RecordFault(BehaviorContext<BatchJob, Fault<FetchMembers>> context) => JobSteps.RecordFault(context.Saga, context.Message);

    static void RecordFault(BehaviorContext<BatchJob, Fault<MemberPage>> context) => JobSteps.RecordFault(context.Saga, context.Message);

    void RecordTotals(BehaviorContext<BatchJob, PagesIngested> context) => _steps.RecordTotals(context.Saga, context.Message);

    static Task<bool> HasSlot(BehaviorContext<BatchJob, StartJob> context) => Scoped<IStartGate>(context).HasSlot(context.Saga, context.CancellationToken);

    async Task Begin(BehaviorContext<BatchJob, StartJob> context) =>
        _steps.Begin(context.Saga, await Scoped<IStartGate>(context).KeyFreeAt(context.Saga.ConnectionId, context.CancellationToken));

    static async Task<bool> MayRetry(BehaviorContext<BatchJob, RetryJob> context) =>
        await Scoped<IStartGate>(context).AudienceIsFree(context.Saga.AudienceId, context.Saga.CorrelationId, context.CancellationToken)
        && !await Scoped<IStartGate>(context).IsOvertaken(context.Saga.CorrelationId, context.CancellationToken)
        && await Scoped<IPageLedger>(context).IsWhole(context.Saga.CorrelationId, context.CancellationToken);

    // A retried job may have read fewer pages than it had stored before; so the count alone does not prove it.
    static async Task<bool> IsDone<T>(BehaviorContext<BatchJob, T> context) where T : class =>
        context.Saga is { FetchedAll: true } job && job.PagesIngested >= job.PagesFetched
        && await Scoped<JobReading>(context).IsStored(job, context.CancellationToken);

    // A fault of a page that was stored after all, by a replay or a retry, is void.
    static async Task<bool> IsMissing(BehaviorContext<BatchJob, Fault<MemberPage>> context) =>
        !await Scoped<IPageLedger>(context).Has(context.Saga.CorrelationId, context.Message.Message.PageNumber, context.CancellationToken);

    // The saga hears of every twentieth page. Where it stops hearing, it looks for itself.
    static async Task TakeTotals<T>(BehaviorContext<BatchJob, T> context) where T : class =>
        JobSteps.SetTotals(context.Saga, await Scoped<IPageLedger>(context).Totals(context.Saga.CorrelationId, context.CancellationToken));

    static async Task MarkMissing<T>(BehaviorContext<BatchJob, T> context) where T : class =>
        context.Saga.Missing = await Scoped<IMissingMembers>(context).Mark(context.Saga, context.CancellationToken);

    async Task DriveOn(BehaviorContext<BatchJob, DriveJob> context)
    {
        var (job, reading, before) = (context.Saga, Scoped<JobReading>(context), context.Saga.PagesIngested);
        await TakeTotals(context);
        if (job.PagesIngested > before) _stalls.Moved(job);
        if (!_stalls.IsStalled(job)) return; // only the reports were missing
        if (job.SliceSentAt is not null)
        {
            await reading.GoForthToStored(job, context.CancellationToken);
            _stalls.GiveUpSlice(job);
        }
        else
        {
            await reading.GoToStored(job, context.CancellationToken);
            _stalls.GiveUpPages(job);
        }
    }

    static Task<bool> HasKey<T>(BehaviorContext<BatchJob, T> context) where T : class => Scoped<SliceSender>(context).HasKey(context.Saga, context.CancellationToken);

    static Task SendSlice<T>(BehaviorContext<BatchJob, T> context) where T : class => Scoped<SliceSender>(context).Send(context);

    static async Task Rewind(BehaviorContext<BatchJob, RetryJob> context)
    {
        var (job, reading) = (context.Saga, Scoped<JobReading>(context));
        // Its pages are all stored, without what matters.
        if (JobEnds.AreEmailsWithheld(job)) await reading.Forget(job, context.CancellationToken);
        await TakeTotals(context);
        await reading.GoToStored(job, context.CancellationToken);
        JobSteps.BeginAgain(job);
    }

    // The scope of the message: its DbContext holds the transaction of the inbox, the saga and the outbox.
    static TService Scoped<TService>(PipeContext context) where TService : notnull =>
        context.GetPayload<IServiceProvider>().GetRequiredService<TService>();

    void CorrelateByJob()
    {
        Correlate(() => Start, m => m.JobId);
        Correlate(() => Continue, m => m.JobId);
        Correlate(() => Drive, m => m.JobId);
        Correlate(() => Fetched, m => m.JobId);
        Correlate(() => SliceFaulted, m => m.Message.JobId);
        Correlate(() => PageFaulted, m => m.Message.JobId);
        Correlate(() => Ingested, m => m.JobId);
        Correlate(() => Cancel, m => m.JobId);
        Correlate(() => Pause, m => m.JobId);
        Correlate(() => Resume, m => m.JobId);
        Correlate(() => Retry, m => m.JobId);
        Correlate(() => Reprioritise, m => m.JobId);
    }

    // A job that is not there was deleted with its audience; whatever is still said about it is void.
    void Correlate<TMessage>(Expression<Func<Event<TMessage>>> property, Func<TMessage, Guid> job) where TMessage : class =>
        Event(property, e =>
        {
            e.CorrelateById(context => job(context.Message));
            e.OnMissingInstance(missing => missing.Discard());
        });

    void During(State[] states, params EventActivities<BatchJob>[] activities)
    {
        foreach (var state in states) During(state, activities);
    }
}
