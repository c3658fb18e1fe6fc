using BatchBus.Api.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Api.Stats;

/// <summary>Keeps the figures of the last days right, in whichever replica of Api comes first.</summary>
sealed class StatsService(IServiceScopeFactory scopes, IOptions<StatsOptions> options, TimeProvider clock, ILogger<StatsService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Every, clock);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
                await new DailyStats(scope.ServiceProvider.GetRequiredService<ApiDbContext>()).Recount(today.AddDays(1 - options.Value.Days), stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or DbUpdateException or InvalidOperationException { InnerException: NpgsqlException })
            {
                log.LogWarning("The day's figures wait for PostgreSQL: {Reason}", e.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
