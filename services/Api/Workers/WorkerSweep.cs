using BatchBus.Api.Data;
using BatchBus.Hosting.Workers;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Workers;

/// <summary>Calls workers stale that are silent, in every replica; what one has marked the others find done.</summary>
sealed class WorkerSweep(WorkerTable workers, IOptions<WorkerOptions> options, TimeProvider clock, ILogger<WorkerSweep> log)
    : RecurringWork("The list of workers", log)
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    // Who has not listened has heard nobody: after its own start, or PostgreSQL's absence, Api gives the workers their time again.
    long? _listensSince = clock.GetTimestamp();

    protected override async Task Work(CancellationToken cancellationToken)
    {
        try
        {
            if (_listensSince is { } since && clock.GetElapsedTime(since) >= options.Value.StaleAfter) await Sweep(cancellationToken);
            else if (_listensSince is null) await LookForPostgres(cancellationToken);
        }
        catch (Exception e) when (e.Postgres() is not null)
        {
            _listensSince = null;
            throw;
        }
    }

    protected override Task Rest(CancellationToken cancellationToken) => Task.Delay(Tick, clock, cancellationToken);

    async Task Sweep(CancellationToken cancellationToken)
    {
        foreach (var worker in await workers.MarkStale(options.Value.StaleAfter, cancellationToken))
            log.LogWarning("The {Service} on {Host} has not been heard of for {Time}; it is stale ({Worker})", worker.Service, worker.Host, options.Value.StaleAfter, worker.Id);
    }

    async Task LookForPostgres(CancellationToken cancellationToken)
    {
        await workers.Count(cancellationToken);
        _listensSince = clock.GetTimestamp();
    }
}
