using BatchBus.Api.Data;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using Npgsql;

namespace BatchBus.Api.Admission;

/// <summary>
/// Wakes admission when this replica has accepted a batch list, and when PostgreSQL tells of anything else that makes a start possible
/// (<c>LISTEN batchbus_admission</c>). Without it the tick does, a little later. A vip job is urgent: it cuts a rest short that others wait for.
/// </summary>
sealed class AdmissionSignal(NpgsqlDataSource database, TimeProvider clock, ILogger<AdmissionSignal> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    readonly Bell _bell = new(), _urgent = new();

    /// <summary>Whether PostgreSQL would tell.</summary>
    public bool IsListening { get; private set; }

    /// <summary>A job waits that admission has not seen; any thread may say so.</summary>
    public void Wake(JobPriority priority)
    {
        _bell.Ring();
        if (priority == JobPriority.Vip) _urgent.Ring();
    }

    /// <summary>Waits until somebody wakes it, or for <paramref name="longest"/>.</summary>
    public Task Wait(TimeSpan longest, CancellationToken cancellationToken) => _bell.Wait(longest, cancellationToken);

    /// <summary>Waits for so long, whoever wakes it, unless it is urgent.</summary>
    public Task Rest(TimeSpan time, CancellationToken cancellationToken) => _urgent.Wait(time, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (Exception e) when (e.Postgres() is not null)
            {
                log.LogDebug(e, "Not listening; the tick goes on");
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
    }

    async Task Listen(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, told) => Wake(told.Payload == BatchJobMap.Text(JobPriority.Vip) ? JobPriority.Vip : JobPriority.Normal);
        await using (var listen = new NpgsqlCommand("LISTEN batchbus_admission", connection)) await listen.ExecuteNonQueryAsync(cancellationToken);
        try
        {
            IsListening = true;
            Wake(JobPriority.Normal);
            while (true) await connection.WaitAsync(cancellationToken);
        }
        finally
        {
            IsListening = false;
        }
    }

    public override void Dispose()
    {
        _bell.Dispose();
        _urgent.Dispose();
        base.Dispose();
    }
}
