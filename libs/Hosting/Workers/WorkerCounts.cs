using MassTransit;
using MassTransit.Middleware;

namespace BatchBus.Hosting.Workers;

/// <summary>
/// Counts the messages of this process, around its consumers, which know nothing of it. Each delivery ends as one of three: done; failed, that is
/// dead, put off or refused; or handed back because the process ends, which counts as neither.
/// </summary>
sealed class WorkerCounts : IReceiveObserver
{
    int _inFlight;
    long _processed, _failed;

    public int InFlight => Volatile.Read(ref _inFlight);

    public long Processed => Interlocked.Read(ref _processed);

    public long Failed => Interlocked.Read(ref _failed);

    public Task PreReceive(ReceiveContext context)
    {
        context.GetOrAddPayload(() => new Delivery());
        Interlocked.Increment(ref _inFlight);
        return Task.CompletedTask;
    }

    // The message is acknowledged. A dead one, too: it is in _error, and the receive pipe went through.
    public Task PostReceive(ReceiveContext context)
    {
        if (!Ends(context, out var delivery)) return Task.CompletedTask;
        if (context.IsFaulted || delivery.IsPutOff) Interlocked.Increment(ref _failed);
        else Interlocked.Increment(ref _processed);
        return Task.CompletedTask;
    }

    // The message is refused, or cannot be read; of the latter MassTransit tells here and, when it is in _error, above.
    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        var isHandedBack = exception is OperationCanceledException && context.CancellationToken.IsCancellationRequested;
        if (Ends(context, out _) && !isHandedBack) Interlocked.Increment(ref _failed);
        return Task.CompletedTask;
    }

    // A message that goes to a delay queue counts for MassTransit as consumed, by the filter that sent it there.
    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class
    {
        if (consumerType.Contains(nameof(RedeliveryRetryFilter<,>), StringComparison.Ordinal)) context.ReceiveContext.GetOrAddPayload(() => new Delivery()).IsPutOff = true;
        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class => Task.CompletedTask;

    bool Ends(ReceiveContext context, out Delivery delivery)
    {
        delivery = context.GetOrAddPayload(() => new Delivery());
        if (!delivery.TryEnd()) return false;
        Interlocked.Decrement(ref _inFlight);
        return true;
    }

    sealed class Delivery
    {
        int _hasEnded;

        public bool IsPutOff { get; set; }

        public bool TryEnd() => Interlocked.Exchange(ref _hasEnded, 1) == 0;
    }
}
