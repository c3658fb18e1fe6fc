using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// What the consumer of a message sees: the message under its first identity, and endpoints that write to the outbox. The delivery service
/// sends, so MassTransit's own steps after the consumer (load, deliver and remove messages) have nothing to do.
/// </summary>
sealed class InboxConsumeContext<TDb, T>(
    ConsumeContext<T> context, OutboxConsumeOptions options, IServiceProvider provider, TDb db, OutboxWriter<TDb> writer, Guid messageId,
    bool isConsumed)
    : OutboxConsumeContextProxy<T>(context, options, provider)
    where TDb : DbContext
    where T : class
{
    public override Guid? MessageId => messageId;

    public override bool ContinueProcessing { get; set; } = true;

    /// <summary>True for a duplicate, which MassTransit then reports as consumed instead of moving it to the skipped queue.</summary>
    public override bool IsMessageConsumed => isConsumed;

    public override bool IsOutboxDelivered => true;

    public override int ReceiveCount => 0;

    public override long? LastSequenceNumber => null;

    public override Task SetConsumed() => Task.CompletedTask;

    public override Task SetDelivered() => Task.CompletedTask;

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;

    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        writer.Add(db, context);
        return Task.CompletedTask;
    }
}
