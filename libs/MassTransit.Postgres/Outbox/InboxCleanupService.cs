using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Forgets messages that are older than the duplicate detection window: at the start and then each minute.</summary>
sealed class InboxCleanupService<TDb>(
    IServiceScopeFactory scopes, OutboxOptions<TDb> options, TimeProvider clock, ILogger<InboxCleanupService<TDb>> logger)
    : BackgroundService
    where TDb : DbContext
{
    /// <summary>Rows of one statement: few enough that none of them holds its locks for long.</summary>
    const int ChunkSize = 1_000;

    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await DeleteChunk(stoppingToken) == ChunkSize)
                {
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "Old rows of the inbox could not be deleted; the next try is in {Interval}", Interval);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<int> DeleteChunk(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var inbox = new EntityNames(db, typeof(InboxState));
        var key = $"{inbox[nameof(InboxState.MessageId)]}, {inbox[nameof(InboxState.ConsumerId)]}";
        var received = inbox[nameof(InboxState.ReceivedAt)];
        var delete =
            $$"""
            DELETE FROM {{inbox.Table}} WHERE ({{key}}) IN (
                SELECT {{key}} FROM {{inbox.Table}} WHERE {{received}} < now() - {0}
                ORDER BY {{received}} LIMIT {1} FOR UPDATE SKIP LOCKED)
            """;
        return await db.Database.ExecuteSqlRawAsync(delete, [options.DuplicateDetectionWindow, ChunkSize], cancellationToken);
    }
}
