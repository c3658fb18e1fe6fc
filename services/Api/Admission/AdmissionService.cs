using BatchBus.Api.Data;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Hosting;
using BatchBus.Hosting.Tracing;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Admission;

/// <summary>
/// Starts pending jobs, wakes waiting ones and drives stalled ones on, in every replica of Api, woken when a batch list is accepted or a slot becomes
/// free, and by a tick. It only publishes commands; the saga decides (<see cref="Jobs.StartGate"/>).
/// </summary>
sealed class AdmissionService(
    IServiceScopeFactory scopes, AdmissionSignal signal, BrokerState broker, IngestLag lag, IOptions<AdmissionOptions> options, TimeProvider clock,
    ILogger<AdmissionService> log)
    : RecurringWork("Admission", log)
{
    const int IdleTicks = 5;

    readonly Dictionary<Guid, long> _proposed = [];
    readonly Calm _calm = new(clock);
    readonly LookRest _rest = new();
    long _begun;
    bool _isIdle;

    protected override async Task Rest(CancellationToken cancellationToken)
    {
        var (always, unlessUrgent) = _rest.After(clock.GetElapsedTime(_begun));
        await Task.Delay(always, clock, cancellationToken);
        await signal.Rest(unlessUrgent, cancellationToken);
        // With no job that could start, go on or stall there is nothing that time alone could bring.
        await signal.Wait(_isIdle && signal.IsListening ? IdleTicks * options.Value.Tick : options.Value.Tick, cancellationToken);
    }

    protected override async Task Work(CancellationToken cancellationToken)
    {
        _begun = clock.GetTimestamp();
        try
        {
            // What is proposed while no command gets through would only heap up.
            if (broker.IsAway) _isIdle = false;
            else await Look(cancellationToken);
        }
        catch (Exception e)
        {
            _calm.Note(e);
            throw;
        }
    }

    async Task Look(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<ApiDbContext>();
        var queue = scope.ServiceProvider.GetRequiredService<AdmissionQueue>();
        var bus = scope.ServiceProvider.GetRequiredService<IPublishEndpoint>();

        ForgetOldProposals();
        _isIdle = !await queue.HasJobs(cancellationToken);
        if (_isIdle) return;

        var proposed = _proposed.Keys.ToArray();
        var start = await queue.Startable(proposed, cancellationToken);
        var wake = (await queue.Wakeable(cancellationToken)).Except(proposed).ToList();
        List<Guid> drive = _calm.Holds ? [.. (await queue.Stalled(lag.OfLevels(), cancellationToken)).Except(proposed)] : [];
        if (start.Count + wake.Count + drive.Count == 0) return;

        Guid[] all = [.. start, .. wake, .. drive];
        var marks = await queue.Marks(all, cancellationToken);
        foreach (var job in start) await Propose(new StartJob(job), job);
        foreach (var job in wake) await Propose(new ContinueJob(job), job);
        foreach (var job in drive) await Propose(new DriveJob(job), job);
        await database.SaveChangesAsync(cancellationToken); // into the outbox
        foreach (var job in all) _proposed[job] = clock.GetTimestamp();

        async Task Propose<T>(T command, Guid job) where T : class
        {
            if (!marks.TryGetValue(job, out var mark)) return; // deleted in this very moment
            // A job that an app inserted gets its trace with its start; a running one without has none.
            using var span = mark.Traceparent is not null || command is StartJob ? JobTrace.Continue(typeof(T).Name, job, mark.Traceparent) : null;
            await bus.Publish(command, publish => publish.SetPriority(mark.Priority), cancellationToken);
        }
    }

    void ForgetOldProposals()
    {
        foreach (var (job, at) in _proposed)
            if (clock.GetElapsedTime(at) > options.Value.ProposeAgainAfter) _proposed.Remove(job);
    }
}
