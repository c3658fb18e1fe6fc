using BatchBus.Api.Data;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Stats;

/// <summary>Keeps the figures of the last days right, in whichever replica of Api comes first.</summary>
sealed class StatsService(IServiceScopeFactory scopes, IOptions<StatsOptions> options, TimeProvider clock, ILogger<StatsService> log)
    : RecurringWork("Counting the day's figures", log)
{
    protected override async Task Work(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await new DailyStats(scope.ServiceProvider.GetRequiredService<ApiDbContext>()).Recount(today.AddDays(1 - options.Value.Days), cancellationToken);
    }

    protected override Task Rest(CancellationToken cancellationToken) => Task.Delay(options.Value.Every, clock, cancellationToken);
}
