using MassTransit;

namespace BatchBus.Hosting.Redelivery;

/// <summary>
/// The last thing before <c>_error</c>: a message whose redelivery could not be scheduled, because the broker blocks its publishers or is just
/// going away, has done nothing wrong. It goes back to its queue instead.
/// </summary>
sealed class RedeliveryTrouble : IFilter<ExceptionReceiveContext>
{
    // Long enough not to spin, should the broker take the message back at once and still refuse the redelivery.
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (IsRedeliveryTrouble(context.Exception))
        {
            await Task.Delay(Pause, TimeProvider.System, context.CancellationToken);
            // What leaves the pipe as an exception is refused (basic.nack with requeue).
            throw new TransportException(context.InputAddress, "The message goes back to its queue", context.Exception);
        }
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("redeliveryTrouble");

    // What MassTransit's redelivery throws: first why the message could not be scheduled, then why it had to be.
    static bool IsRedeliveryTrouble(Exception exception) => exception is TransportException { InnerException: AggregateException };
}
