using System.Linq.Expressions;
using MassTransit.Context;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Npgsql;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>What MassTransit may do with the instances of a saga while it handles one event.</summary>
/// <remarks><paramref name="filter"/> is the query that found the instances; null when they are found by their correlation.</remarks>
sealed class PostgresSagaContext<TSaga, TDb, T>(
    TDb db, ConsumeContext<T> consumed, ISagaConsumeContextFactory<TDb, TSaga> contexts, Expression<Func<TSaga, bool>>? filter = null)
    : ConsumeContextScope<T>(consumed, db), SagaRepositoryContext<TSaga, T>
    where TSaga : class, ISaga
    where TDb : DbContext
    where T : class
{
    // Compiled once: every event takes this way, and building the query anew was a good part of it.
    static readonly Func<TDb, Guid, CancellationToken, Task<TSaga?>> ById = EF.CompileAsyncQuery(
        (TDb db, Guid id, CancellationToken _) => db.Set<TSaga>().AsTracking().SingleOrDefault(x => x.CorrelationId == id));

    readonly ConsumeContext<T> _consumed = consumed;

    public Task<SagaConsumeContext<TSaga, T>> Add(TSaga instance) => CreateSagaConsumeContext(_consumed, instance, SagaConsumeContextMode.Add);

    public async Task<SagaConsumeContext<TSaga, T>> Insert(TSaga instance)
    {
        var entry = db.Add(instance);
        try
        {
            // Entity Framework sets a savepoint first, so that the transaction survives a failure.
            await db.SaveChangesAsync(CancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            entry.State = EntityState.Detached;
            return null!; // It exists: the caller goes on to load it.
        }

        return await CreateSagaConsumeContext(_consumed, instance, SagaConsumeContextMode.Insert);
    }

    public async Task<SagaConsumeContext<TSaga, T>> Load(Guid correlationId)
    {
        // An instance that was committed only after the lock statement looked must not be loaded unlocked: it counts as not there yet.
        if (!await SagaRowLock.Take<TSaga>(db, correlationId, CancellationToken)) return null!;

        // A statement of its own, because its snapshot is taken after the lock was got: child rows are as fresh as the instance.
        var instance = filter is null
            ? await ById(db, correlationId, CancellationToken)
            : await db.Set<TSaga>().AsTracking().Where(filter).SingleOrDefaultAsync(x => x.CorrelationId == correlationId, CancellationToken);
        return instance is null ? null! : await CreateSagaConsumeContext(_consumed, instance, SagaConsumeContextMode.Load);
    }

    public Task Save(SagaConsumeContext<TSaga> context)
    {
        db.Add(context.Saga);
        return db.SaveChangesAsync(CancellationToken);
    }

    public Task Update(SagaConsumeContext<TSaga> context) => db.SaveChangesAsync(CancellationToken);

    public Task Delete(SagaConsumeContext<TSaga> context)
    {
        db.Remove(context.Saga);
        return db.SaveChangesAsync(CancellationToken);
    }

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context)
    {
        Detach(db.Entry(context.Saga));
        return Task.CompletedTask;
    }

    public Task<SagaConsumeContext<TSaga, TOther>> CreateSagaConsumeContext<TOther>(
        ConsumeContext<TOther> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where TOther : class =>
        contexts.CreateSagaConsumeContext(db, consumeContext, instance, mode);

    // With the instance goes what hangs on it; messages in the outbox stay, for a read-only event may well answer.
    static void Detach(EntityEntry entry)
    {
        if (entry.State is EntityState.Detached) return;

        var children = entry.References.Select(x => x.TargetEntry)
            .Concat(entry.Collections.SelectMany(x => x.CurrentValue?.Cast<object>().Select(x.EntityEntry.Context.Entry) ?? []))
            .ToList();
        entry.State = EntityState.Detached;
        foreach (var child in children)
            if (child is not null) Detach(child);
    }
}
