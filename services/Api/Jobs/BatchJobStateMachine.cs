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

    public BatchJobStateMachine(JobSteps steps)
    {
        _steps = steps;
        InstanceState(job => job.Status);
        CorrelateByJob();

        During(Pending,
            When(Start).IfAsync(HasSlot, start => GoOn(start.Then(x => steps.Begin(x.Saga)).TransitionTo(Processing))),
            When(Pause).TransitionTo(Paused),
            Ignore(Created),  // the insert of the row has woken admission already
            Ignore(Continue), // was meant for the time before a pause
            Ignore(Resume), Ignore(Retry)); // a second click

        During(Processing,
            When(Fetched, IsLatestSlice).Then(RecordSlice).IfElse(IsHopeless, Fail, GoOn),
            GoOn(When(Ingested).Then(RecordTotals)),
            GoOn(When(Continue).Then(x => steps.EndWait(x.Saga))),
            When(Pause).TransitionTo(Paused),
            Ignore(Start), // admission in another replica was as quick
            Ignore(Created), Ignore(Resume), Ignore(Retry));

        During(Paused,
            When(Resume).TransitionTo(Pending),
            Ignore(Start), Ignore(Continue), // were on their way
            Ignore(Created), Ignore(Pause), Ignore(Retry));

        // The slice that was under way when a job was paused is finished and counted; no other is sent.
        During([Pending, Paused],
            When(Fetched, IsLatestSlice).Then(RecordSlice).If(IsHopeless, Fail),
            When(Ingested).Then(RecordTotals));

        During([Pending, Processing, Paused],
            Fail(When(SliceFaulted, IsLatestSlice).Then(RecordFault)),
            When(Reprioritise).Then(x => x.Saga.Priority = x.Message.Priority),
            When(Cancel).Then(x => steps.RecordCancellation(x.Saga, x.Message.Reason)).TransitionTo(Cancelled));

        During([Failed, Cancelled],
            When(Retry).IfAsync(MayRetry, retry => retry.ThenAsync(Rewind).TransitionTo(Pending)));

        // Pages stored before the end still count, so that the totals tell the truth.
        During([Completed, Failed, Cancelled],
            When(Ingested).Then(RecordTotals),
            Ignore(Created), Ignore(Start), Ignore(Continue), Ignore(Fetched), // late
            Ignore(Pause), Ignore(Resume), Ignore(Cancel), Ignore(Reprioritise), // too late
            Ignore(SliceFaulted)); // the job ended while its last slice was being tried

        During(Completed, Ignore(Retry)); // there is nothing left to do
    }

    public State Pending { get; private set; } = null!;
    public State Processing { get; private set; } = null!;
    public State Paused { get; private set; } = null!;
    public State Completed { get; private set; } = null!;
    public State Failed { get; private set; } = null!;
    public State Cancelled { get; private set; } = null!;

    public Event<CreateBatchList> Created { get; private set; } = null!;
    public Event<StartJob> Start { get; private set; } = null!;
    public Event<ContinueJob> Continue { get; private set; } = null!;
    public Event<MembersFetched> Fetched { get; private set; } = null!;
    public Event<Fault<FetchMembers>> SliceFaulted { get; private set; } = null!;
    public Event<PagesIngested> Ingested { get; private set; } = null!;
    public Event<CancelJob> Cancel { get; private set; } = null!;
    public Event<PauseJob> Pause { get; private set; } = null!;
    public Event<ResumeJob> Resume { get; private set; } = null!;
    public Event<RetryJob> Retry { get; private set; } = null!;
    public Event<ChangePriority> Reprioritise { get; private set; } = null!;

    /// <summary>Completes a job whose pages are all stored; otherwise sends its next slice, unless it has to wait.</summary>
    EventActivityBinder<BatchJob, T> GoOn<T>(EventActivityBinder<BatchJob, T> step) where T : class => step
        .IfElseAsync(IsComplete,
            done => done
                .Then(x => _steps.RecordCompletion(x.Saga))
                .Publish(x => JobSteps.Completed(x.Saga))
                .TransitionTo(Completed),
            more => more.If(x => _steps.MayFetch(x.Saga), fetch => fetch.ThenAsync(SendSlice)));

    EventActivityBinder<BatchJob, T> Fail<T>(EventActivityBinder<BatchJob, T> step) where T : class => step
        .Then(x => _steps.RecordFailure(x.Saga))
        .Publish(x => JobSteps.Failed(x.Saga))
        .TransitionTo(Failed);

    static bool IsLatestSlice(BehaviorContext<BatchJob, MembersFetched> context) => JobSteps.IsLatestSlice(context.Saga, context.Message);

    static bool IsLatestSlice(BehaviorContext<BatchJob, Fault<FetchMembers>> context) => JobSteps.IsOpenSlice(context.Saga, context.Message.Message.Slice);

    static bool IsHopeless(BehaviorContext<BatchJob, MembersFetched> context) => JobSteps.IsHopeless(context.Saga, context.Message);

    void RecordSlice(BehaviorContext<BatchJob, MembersFetched> context) => _steps.RecordSlice(context.Saga, context.Message);

    static void RecordFault(BehaviorContext<BatchJob, Fault<FetchMembers>> context) => JobSteps.RecordFault(context.Saga, context.Message);

    static void RecordTotals(BehaviorContext<BatchJob, PagesIngested> context) => JobSteps.RecordTotals(context.Saga, context.Message);

    static Task<bool> HasSlot(BehaviorContext<BatchJob, StartJob> context) => Scoped<StartGate>(context).HasSlot(context.Saga, context.CancellationToken);

    static async Task<bool> MayRetry(BehaviorContext<BatchJob, RetryJob> context) =>
        await Scoped<StartGate>(context).AudienceIsFree(context.Saga.AudienceId, context.Saga.CorrelationId, context.CancellationToken)
        && await Scoped<PageLedger>(context).IsWhole(context.Saga.CorrelationId, context.CancellationToken);

    static Task<bool> IsComplete<T>(BehaviorContext<BatchJob, T> context) where T : class =>
        Scoped<PageLedger>(context).IsComplete(context.Saga, context.CancellationToken);

    static Task SendSlice<T>(BehaviorContext<BatchJob, T> context) where T : class => Scoped<SliceSender>(context).Send(context);

    static Task Rewind(BehaviorContext<BatchJob, RetryJob> context) => Scoped<PageLedger>(context).Rewind(context.Saga, context.CancellationToken);

    // The scope of the message: its DbContext holds the transaction of the inbox, the saga and the outbox.
    static TService Scoped<TService>(PipeContext context) where TService : notnull =>
        context.GetPayload<IServiceProvider>().GetRequiredService<TService>();

    void CorrelateByJob()
    {
        Correlate(() => Created, m => m.JobId);
        Correlate(() => Start, m => m.JobId);
        Correlate(() => Continue, m => m.JobId);
        Correlate(() => Fetched, m => m.JobId);
        Correlate(() => SliceFaulted, m => m.Message.JobId);
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
