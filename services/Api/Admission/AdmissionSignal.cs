using Npgsql;

namespace BatchBus.Api.Admission;

/// <summary>Wakes admission when PostgreSQL says so (<c>LISTEN batchbus_admission</c>). Without it the tick does, a little later.</summary>
sealed class AdmissionSignal(NpgsqlDataSource database, TimeProvider clock, ILogger<AdmissionSignal> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _woken = new(0, 1);

    /// <summary>Waits until somebody wakes it, or for <paramref name="longest"/>.</summary>
    public Task Wait(TimeSpan longest, CancellationToken cancellationToken) => _woken.WaitAsync(longest, cancellationToken);

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
        Wake();
        while (true) await connection.WaitAsync(cancellationToken);
    }

    void Wake()
    {
        // Notifications come one at a time, so nobody else releases between the two.
        if (_woken.CurrentCount == 0) _woken.Release();
    }

    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }
}
