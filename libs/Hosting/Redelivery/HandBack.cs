using MassTransit;
using MassTransit.Configuration;

namespace BatchBus.Hosting.Redelivery;

/// <summary>
/// A way out for a consumer whose broker does not confirm what it publishes, because it blocks its publishers (memory alarm): it could
/// schedule no redelivery either, nor move anything to <c>_error</c>. The message goes back to its queue, untried, as at a shutdown.
/// </summary>
public static class HandBack
{
    /// <summary>Lets the consumer of a message give it back. Call it after <see cref="RetryRings.UseRetryRings"/>.</summary>
    /// <typeparam name="T">The message; of a batch, its single messages.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    public static void UseHandBack<T>(this IReceiveEndpointConfigurator endpoint) where T : class
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        endpoint.AddPipeSpecification(new Filter<T>());
    }

    /// <summary>Gives the message back once the consumer has returned. It returns without an exception, which would be a fault.</summary>
    /// <param name="context">The message's.</param>
    public static void GoBackToQueue(this ConsumeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.GetOrAddPayload(() => new Mark()).IsSet = true;
    }

    sealed class Mark
    {
        public bool IsSet { get; set; }
    }

    sealed class Filter<T> : IFilter<ConsumeContext<T>>, IPipeSpecification<ConsumeContext<T>> where T : class
    {
        public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
        {
            var mark = context.GetOrAddPayload(() => new Mark());
            mark.IsSet = false; // of an earlier try
            await next.Send(context);
            // With this token MassTransit takes it for a shutdown: no retry, no fault, but basic.nack with requeue.
            if (mark.IsSet) throw new OperationCanceledException("The broker does not confirm; the message goes back to its queue.", context.CancellationToken);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("handBack");

        public void Apply(IPipeBuilder<ConsumeContext<T>> builder) => builder.AddFilter(this);

        public IEnumerable<ValidationResult> Validate() => [];
    }
}
