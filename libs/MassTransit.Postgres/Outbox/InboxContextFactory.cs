using System.Data;
using System.Diagnostics;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Handles a message in one transaction that also notes it in the inbox, unless it is there already.</summary>
sealed class InboxContextFactory<TDb>(TDb db, IServiceProvider provider, OutboxWriter<TDb> writer)
    : IOutboxContextFactory<TDb>
    where TDb : DbContext
{
    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        // A redelivered message has a new identity and remembers its first one.
        var messageId = context.GetOriginalMessageId()
            ?? throw new MessageException(typeof(T), "A message without a MessageId cannot be told from its duplicates.");

        // A retry may come in the scope of the failed try, whose changes must not be saved now.
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, context.CancellationToken);

        var isNew = await Note(messageId, options.ConsumerId, context.CancellationToken);
        var timer = Stopwatch.GetTimestamp();
        await next.Send(new InboxConsumeContext<TDb, T>(context, options, provider, db, writer, messageId, isConsumed: !isNew));
        if (!isNew) return;

        try
        {
            await db.SaveChangesAsync(context.CancellationToken);
            await transaction.CommitAsync(context.CancellationToken);
        }
        catch (Exception e)
        {
            // The consumer has reported success already; whoever waits for a fault must hear of this one.
            await context.NotifyFaulted(Stopwatch.GetElapsedTime(timer), TypeCache<T>.ShortName, e);
            throw;
        }
    }

    // While another delivery of the message is being handled this waits for its end: no row if it commits, one if it fails.
    async Task<bool> Note(Guid messageId, Guid consumerId, CancellationToken cancellationToken)
    {
        var inbox = new EntityNames(db, typeof(InboxState));
        var insert =
            $$"""
            INSERT INTO {{inbox.Table}} ({{inbox[nameof(InboxState.MessageId)]}}, {{inbox[nameof(InboxState.ConsumerId)]}})
            VALUES ({0}, {1}) ON CONFLICT DO NOTHING
            """;
        return await db.Database.ExecuteSqlRawAsync(insert, [messageId, consumerId], cancellationToken) == 1;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outboxContextFactory").Add("provider", "entity-framework-postgres");
}
