using BatchBus.Api.Data;
using Npgsql;

namespace BatchBus.Api.Admission;

/// <summary>
/// Wakes admission when this replica has accepted a batch list, and when PostgreSQL tells of anything else that makes a start possible
/// (<c>LISTEN batchbus_admission</c>). Without it the tick does, a little later.
/// </summary>
sealed class AdmissionSignal(NpgsqlDataSource database, TimeProvider clock, ILogger<AdmissionSignal> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    readonly Bell _bell = new();

    /// <summary>Whether PostgreSQL would tell.</summary>
    public bool IsListening { get; private set; }

    /// <summary>A job waits that admission has not seen; any thread may say so.</summary>
    public void Wake() => _bell.Ring();

    /// <summary>Waits until somebody wakes it, or for <paramref name="longest"/>.</summary>
    public Task Wait(TimeSpan longest, CancellationToken cancellationToken) => _bell.Wait(longest, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                log.LogDebug(e, "Not listening; the tick goes on");
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
    }

    async Task Listen(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, _) => Wake();
        await using (var listen = new NpgsqlCommand("LISTEN batchbus_admission", connection)) await listen.ExecuteNonQueryAsync(cancellationToken);
        try
        {
            IsListening = true;
            Wake();
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
        base.Dispose();
    }
}
