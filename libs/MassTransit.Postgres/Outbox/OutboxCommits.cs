using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Wakes the delivery when rows of the outbox have really been committed: after the transaction's commit, or after a <c>SaveChanges</c> that
/// needed no transaction of the caller.
/// </summary>
/// <remarks>A transaction that is committed behind Entity Framework's back is not seen; its messages leave with the next poll.</remarks>
sealed class OutboxCommits<TDb> : ISaveChangesInterceptor, IDbTransactionInterceptor
    where TDb : DbContext
{
    readonly ConditionalWeakTable<DbContext, Progress> _contexts = [];
    TaskCompletionSource _committed = NewSignal();

    /// <summary>How far the messages of one context have come.</summary>
    sealed class Progress
    {
        public bool IsAdded { get; set; }
        public bool IsSaved { get; set; }
    }

    /// <summary>Completes with the first commit after this call.</summary>
    public Task Next()
    {
        var current = Volatile.Read(ref _committed);
        if (current.Task.IsCompleted) Interlocked.CompareExchange(ref _committed, NewSignal(), current);
        return Volatile.Read(ref _committed).Task;
    }

    /// <summary>Messages were added to the context; its next commit is worth a look into the outbox.</summary>
    public void Expect(TDb db) => _contexts.GetOrCreateValue(db).IsAdded = true;

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Saved(eventData.Context);
        return result;
    }

    public ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Saved(eventData.Context);
        return ValueTask.FromResult(result);
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Committed(eventData.Context);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Committed(eventData.Context);
        return Task.CompletedTask;
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => RolledBack(eventData.Context);

    public Task TransactionRolledBackAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        RolledBack(eventData.Context);
        return Task.CompletedTask;
    }

    void Saved(DbContext? context)
    {
        if (context is null || !_contexts.TryGetValue(context, out var progress) || !progress.IsAdded) return;

        (progress.IsAdded, progress.IsSaved) = (false, true);
        if (context.Database.CurrentTransaction is null) Committed(context);
    }

    // A SaveChanges without a transaction of the caller commits one of its own before it reports that it has saved.
    void Committed(DbContext? context)
    {
        if (context is null || !_contexts.TryGetValue(context, out var progress) || !progress.IsSaved) return;

        progress.IsSaved = false;
        Volatile.Read(ref _committed).TrySetResult();
    }

    void RolledBack(DbContext? context)
    {
        if (context is not null && _contexts.TryGetValue(context, out var progress)) progress.IsSaved = false;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
