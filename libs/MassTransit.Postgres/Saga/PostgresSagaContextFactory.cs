using System.Data;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Brings each event to its saga instance inside one transaction. Scoped: the context is the one that consumers and activities of the same
/// message get.
/// </summary>
sealed class PostgresSagaContextFactory<TSaga, TDb>(TDb db, ISagaConsumeContextFactory<TDb, TSaga> contexts)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>, IQuerySagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga
    where TDb : DbContext
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class =>
        InTransaction(() => next.Send(new PostgresSagaContext<TSaga, TDb, T>(db, context, contexts)), context.CancellationToken);

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        InTransaction(async () =>
        {
            // Ordered, so that two queries lock their common instances in the same order. Each is locked and checked again when it is loaded.
            var ids = await db.Set<TSaga>().Where(query.FilterExpression).OrderBy(x => x.CorrelationId).Select(x => x.CorrelationId)
                .ToListAsync(context.CancellationToken);
            var instances = new PostgresSagaContext<TSaga, TDb, T>(db, context, contexts, query.FilterExpression);
            await next.Send(new DefaultSagaRepositoryQueryContext<TSaga, T>(instances, ids));
        }, context.CancellationToken);

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new PostgresSagaReader<TSaga>(db, cancellationToken));

    public Task<T> Execute<T>(Func<QuerySagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new PostgresSagaReader<TSaga>(db, cancellationToken));

    public void Probe(ProbeContext context) => context.Add("persistence", "entity-framework-postgres");

    async Task InTransaction(Func<Task> handle, CancellationToken cancellationToken)
    {
        // The inbox opened one: its commit then covers the instance, what the handler wrote and what it published.
        if (db.Database.CurrentTransaction is not null)
        {
            await handle();
            return;
        }

        // A retry may come in the scope of the failed try, whose changes must not be saved now.
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await handle();
        await transaction.CommitAsync(cancellationToken);
    }
}
