using System.Threading.Channels;
using Npgsql;

namespace BatchBus.Api.Admission;

/// <summary>
/// Wakes admission when this replica has accepted a batch list, and when PostgreSQL tells of anything else that makes a start possible
/// (<c>LISTEN batchbus_admission</c>). Without it the tick does, a little later.
/// </summary>
sealed class AdmissionSignal(NpgsqlDataSource database, TimeProvider clock, ILogger<AdmissionSignal> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // However many wake it, one look sees them all.
    readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A job waits that admission has not seen; any thread may say so.</summary>
    public void Wake() => _woken.Writer.TryWrite(true);

    /// <summary>Waits until somebody wakes it, or for <paramref name="longest"/>.</summary>
    public async Task Wait(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Task woken = _woken.Reader.WaitToReadAsync(either.Token).AsTask();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        _woken.Reader.TryRead(out _);
    }

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
}
