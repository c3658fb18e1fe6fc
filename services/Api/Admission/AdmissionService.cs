using BatchBus.Api.Data;
using BatchBus.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Admission;

/// <summary>
/// Starts pending jobs, wakes waiting ones and drives stalled ones on, in every replica of Api, woken when a batch list is accepted or a slot becomes
/// free, and by a tick. It only publishes commands; the saga decides (<see cref="Jobs.StartGate"/>).
/// </summary>
sealed class AdmissionService(
    IServiceScopeFactory scopes, AdmissionSignal signal, IOptions<AdmissionOptions> options, TimeProvider clock, ILogger<AdmissionService> log)
    : RecurringWork("Admission", log)
{
    const int RestFactor = 9;

    readonly Dictionary<Guid, long> _proposed = [];
    long _begun;

    // A flood of new jobs wakes it without end; the longer the queue and the look, the longer it rests, so that there is time for the rest.
    protected override async Task Rest(CancellationToken cancellationToken)
    {
        await Task.Delay(RestFactor * clock.GetElapsedTime(_begun), clock, cancellationToken);
        await signal.Wait(options.Value.Tick, cancellationToken);
    }

    protected override async Task Work(CancellationToken cancellationToken)
    {
        _begun = clock.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<ApiDbContext>();
        var queue = scope.ServiceProvider.GetRequiredService<AdmissionQueue>();
        var bus = scope.ServiceProvider.GetRequiredService<IPublishEndpoint>();

        ForgetOldProposals();
        var proposed = _proposed.Keys.ToArray();
        var start = await queue.Startable(proposed, cancellationToken);
        var wake = (await queue.Wakeable(cancellationToken)).Except(proposed).ToList();
        var drive = (await queue.Stalled(cancellationToken)).Except(proposed).ToList();
        if (start.Count + wake.Count + drive.Count == 0) return;

        foreach (var job in start) await bus.Publish(new StartJob(job), cancellationToken);
        foreach (var job in wake) await bus.Publish(new ContinueJob(job), cancellationToken);
        foreach (var job in drive) await bus.Publish(new DriveJob(job), cancellationToken);
        await database.SaveChangesAsync(cancellationToken); // into the outbox
        foreach (var job in start.Concat(wake).Concat(drive)) _proposed[job] = clock.GetTimestamp();
    }

    void ForgetOldProposals()
    {
        foreach (var (job, at) in _proposed)
            if (clock.GetElapsedTime(at) > options.Value.ProposeAgainAfter) _proposed.Remove(job);
    }
}
