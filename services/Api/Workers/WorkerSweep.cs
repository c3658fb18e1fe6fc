using BatchBus.Hosting.Workers;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Api.Workers;

/// <summary>Calls workers stale that are silent, in every replica; what one has marked the others find done.</summary>
sealed class WorkerSweep(WorkerTable workers, IOptions<WorkerOptions> options, TimeProvider clock, ILogger<WorkerSweep> log) : BackgroundService
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    long _listensSince;
    bool _isAway;

    // Who has not listened has heard nobody: after its own start, or PostgreSQL's absence, Api gives the workers their time again.
    bool HasListened => !_isAway && clock.GetElapsedTime(_listensSince) >= options.Value.StaleAfter;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        _listensSince = clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (HasListened) await Sweep(stoppingToken);
                else if (_isAway) await LookForPostgres(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                if (!_isAway) log.LogWarning("The list of workers waits for PostgreSQL: {Reason}", e.Message);
                _isAway = true;
            }
        }
    }

    async Task Sweep(CancellationToken cancellationToken)
    {
        foreach (var worker in await workers.MarkStale(options.Value.StaleAfter, cancellationToken))
            log.LogWarning("The {Service} on {Host} has not been heard of for {Time}; it is stale ({Worker})", worker.Service, worker.Host, options.Value.StaleAfter, worker.Id);
    }

    async Task LookForPostgres(CancellationToken cancellationToken)
    {
        await workers.Count(cancellationToken);
        (_isAway, _listensSince) = (false, clock.GetTimestamp());
    }
}
