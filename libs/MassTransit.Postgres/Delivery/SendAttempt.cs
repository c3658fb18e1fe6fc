using MassTransit.Middleware;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// One attempt to send one row. It travels in the send context, so that <see cref="SendFaults"/> can end it with the transport's first fault:
/// the transport itself would go on trying until the time limit, without ever telling why.
/// </summary>
sealed class SendAttempt(StoredMessage message, CancellationTokenSource cancellation) : IPipe<SendContext>, IDisposable
{
    readonly OutboxMessageSendPipe _restore = new(message, message.DestinationAddress);
    readonly Lock _ending = new();
    bool _isOver;

    /// <summary>The first fault; null while there is none.</summary>
    public Exception? Error { get; private set; }

    /// <summary>The row itself could not be turned back into a message.</summary>
    public bool LiesInRow { get; private set; }

    public async Task Send(SendContext context)
    {
        try
        {
            await _restore.Send(context);
        }
        catch (Exception e)
        {
            (Error, LiesInRow) = (e, true);
            throw;
        }

        context.GetOrAddPayload(() => this);
    }

    public void Fault(Exception error)
    {
        lock (_ending)
        {
            if (_isOver) return;

            Error ??= error;
            cancellation.Cancel();
        }
    }

    /// <summary>Nobody waits any more; a transport that still does something is not listened to.</summary>
    public void Dispose()
    {
        lock (_ending) _isOver = true;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outboxDelivery");
}

/// <summary>Tells each attempt of the transport's faults; other messages of the bus pass by.</summary>
sealed class SendFaults : ISendObserver, IPublishObserver
{
    public Task PreSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Tell(context, exception);

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Tell(context, exception);

    static Task Tell(SendContext context, Exception exception)
    {
        if (context.TryGetPayload<SendAttempt>(out var attempt)) attempt.Fault(exception);
        return Task.CompletedTask;
    }
}
