using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Refuses to start on a context that would fail with the first message.</summary>
sealed class OutboxModelCheck<TDb>(IServiceScopeFactory scopes) : IHostedService
    where TDb : DbContext
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        foreach (var entity in new[] { typeof(InboxState), typeof(OutboxMessage) }) _ = new EntityNames(db, entity);
        if (db.Database.CreateExecutionStrategy().RetriesOnFailure)
            throw new InvalidOperationException(
                $"{typeof(TDb).Name} must not use EnableRetryOnFailure: a message is one transaction, and UseMessageRetry repeats it as a whole.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
