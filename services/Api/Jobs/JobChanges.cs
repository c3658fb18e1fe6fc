using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace BatchBus.Api.Jobs;

/// <summary>
/// Tells the span, the meter and the log what the saga changed: the span at once, the others after the commit, for a message that is tried again
/// must not count twice.
/// </summary>
sealed class JobChanges(JobMeter meter, ILogger<JobChanges> log) : ISaveChangesInterceptor, IDbTransactionInterceptor
{
    const string Failed = nameof(BatchJobStateMachine.Failed);

    readonly ConditionalWeakTable<DbContext, List<Action>> _uncommitted = [];

    public ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        foreach (var job in eventData.Context!.ChangeTracker.Entries<BatchJob>().Where(job => job.State == EntityState.Modified))
            _uncommitted.GetOrCreateValue(eventData.Context).AddRange(Changes(job));
        return ValueTask.FromResult(result);
    }

    // What a try before this one had changed was rolled back.
    public ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        _uncommitted.Remove(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (_uncommitted.TryGetValue(eventData.Context!, out var changes))
            foreach (var count in changes) count();
        _uncommitted.Remove(eventData.Context!);
        return Task.CompletedTask;
    }

    IEnumerable<Action> Changes(EntityEntry<BatchJob> entry)
    {
        var (job, from) = (entry.Entity, entry.Property(j => j.Status).OriginalValue);
        if (job.Drives > entry.Property(j => j.Drives).OriginalValue) yield return meter.Stalled;
        if (job.StartedAt is { } start && entry.Property(j => j.StartedAt).OriginalValue is null)
            yield return () => meter.Started(job.Priority, start - job.CreatedAt);
        if (job.Status == from) yield break;

        Activity.Current?.AddEvent(new ActivityEvent($"{from} → {job.Status}"));
        Activity.Current?.SetTag("batchbus.job.status", job.Status.ToLowerInvariant());
        var (status, error) = (job.Status, job.Status == Failed ? job.ErrorCode : null);
        yield return () => log.LogInformation("Job {From} → {Status}{Error}", from, status, error is null ? "" : $" ({error})");
        if (job.CompletedAt is { } end) yield return () => meter.Ended(status, error, end - job.StartedAt);
    }
}
