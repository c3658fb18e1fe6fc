using BatchBus.Api.Admission;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Whop;
using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Api.Model;

/// <summary>The real state machine with its real steps; what it asks of the database, the world of the model answers.</summary>
sealed class SagaUnderTest : IServiceProvider
{
    public const int PagesPerSlice = 2;
    public const int MaxPagesWaiting = 3;

    readonly BatchJobStateMachine _machine;
    readonly WindowPlan _plan;
    readonly Func<JobReading, SliceSender> _sender;
    readonly ModelTransport _transport;
    JobWorld _world = null!;
    JobReading _reading = null!;
    SliceSender _senderOfMessage = null!;

    public SagaUnderTest()
    {
        var jobs = Options.Create(new JobOptions { PagesPerSlice = PagesPerSlice, MaxPagesWaiting = MaxPagesWaiting, MaxWindows = 4 });
        var admission = Options.Create(new AdmissionOptions());
        var stalls = new JobStalls(new Patience(admission, Options.Create(new SliceOptions())), new IngestLag(Clock), Clock);
        var steps = new JobSteps(jobs, admission, stalls, Clock);
        _machine = new BatchJobStateMachine(steps, new JobEnds(Clock), stalls);
        _transport = new ModelTransport(this);
        var whop = Options.Create(new WhopOptions());
        _plan = new WindowPlan(jobs, whop, Clock);
        _sender = reading => new SliceSender(new Keys(), reading, _plan, steps, stalls, jobs, whop);
    }

    public SettableClock Clock { get; } = new();

    /// <summary>The states that a job can be in, as its row names them.</summary>
    public IEnumerable<string> States => _machine.States.Where(state => state != _machine.Initial && state != _machine.Final).Select(state => state.Name.ToLowerInvariant());

    /// <summary>Gives the machine one message about the world's job.</summary>
    /// <returns>What it sent.</returns>
    public async Task<IReadOnlyList<object>> Handle(JobWorld world, object message)
    {
        _world = world;
        _reading = new JobReading(world, world, _plan);
        _senderOfMessage = _sender(_reading);
        var sent = new List<object>();
        await (message switch
        {
            StartJob m => Raise(_machine.Start, m, sent),
            ContinueJob m => Raise(_machine.Continue, m, sent),
            DriveJob m => Raise(_machine.Drive, m, sent),
            PauseJob m => Raise(_machine.Pause, m, sent),
            ResumeJob m => Raise(_machine.Resume, m, sent),
            RetryJob m => Raise(_machine.Retry, m, sent),
            CancelJob m => Raise(_machine.Cancel, m, sent),
            ChangePriority m => Raise(_machine.Reprioritise, m, sent),
            MembersFetched m => Raise(_machine.Fetched, m, sent),
            PagesIngested m => Raise(_machine.Ingested, m, sent),
            Fault<FetchMembers> m => Raise(_machine.SliceFaulted, m, sent),
            Fault<MemberPage> m => Raise(_machine.PageFaulted, m, sent),
            _ => throw new ArgumentException($"The saga has no event for {message}.", nameof(message)),
        });
        return sent;
    }

    Task Raise<T>(Event<T> happened, T message, List<object> sent) where T : class
    {
        _transport.Sent = sent;
        var context = new DefaultSagaConsumeContext<BatchJob, T>(new MessageConsumeContext<T>(_transport.Consume, message), _world.Job);
        return ((StateMachine<BatchJob>)_machine).RaiseEvent(new MassTransitStateMachine<BatchJob>.BehaviorContextProxy<T>(_machine, context, context, happened));
    }

    public object? GetService(Type serviceType) =>
        serviceType == typeof(SliceSender) ? _senderOfMessage : serviceType == typeof(JobReading) ? _reading : _world;

    sealed class Keys : IWhopKeys
    {
        static readonly Task<WhopKey> Key = Task.FromResult(new WhopKey("biz_model_1", "key"));

        public Task<WhopKey> Find(Guid connection, CancellationToken cancellationToken) => Key;
    }
}

/// <summary>A clock that stands still until it is set.</summary>
sealed class SettableClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow() => Now;
}
