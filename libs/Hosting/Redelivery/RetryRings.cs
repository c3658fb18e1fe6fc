using System.Data.Common;
using System.Net.Sockets;
using MassTransit;
using MassTransit.Middleware;

namespace BatchBus.Hosting.Redelivery;

/// <summary>
/// The second and third ring of retries, the same for every queue: some quick tries in the consumer, then redelivery through RabbitMQ for half an
/// hour. What cannot pass is not tried again; it goes to the queue's <c>_error</c> at once.
/// </summary>
public static class RetryRings
{
    // No longer waits than these: when a server is back after minutes, the work must be back within seconds (docs/decisions/0011).
    static readonly TimeSpan[] Delays = [DelayQueues.Lengths[0], .. Enumerable.Repeat(DelayQueues.Lengths[^1], 200)];

    /// <summary>Adds both rings to an endpoint. Call it before the inbox and outbox, which belong inside.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public static void UseRetryRings(this IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureError(failed =>
        {
            failed.UseFilter(new RedeliveryTrouble());
            failed.UseFilter(new GenerateFaultFilter());
            failed.UseFilter(new ErrorTransportFilter());
        });
        endpoint.UseScheduledRedelivery(retry =>
        {
            retry.Handle<Exception>(CanPass);
            retry.Intervals(Delays);
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(CanPass);
            retry.Exponential(4, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(200));
        });
    }

    /// <summary>
    /// True for trouble with a server or with a neighbour: lost connections, time-outs, conflicts, a database that is full, read-only or starting.
    /// False for trouble with the message: data that cannot be stored (SQLSTATE classes 22 and 23), statements that are wrong (42), code that is.
    /// </summary>
    /// <param name="exception">What went wrong.</param>
    public static bool CanPass(Exception exception) => exception switch
    {
        // A conflict of two transactions over one key is settled by the next try.
        DbException { SqlState: { } state } => state is "23505" || state[..2] is not ("22" or "23" or "42" or "0A"),
        DbException or TimeoutException or OperationCanceledException or IOException or SocketException => true,
        // A time limit ran out in the consumer: MassTransit puts this in the place of its OperationCanceledException.
        ConsumerCanceledException => true,
        ConnectionException or TransportException or TransportUnavailableException => true,
        // A process that ends in the middle of a message has disposed of what the message still needs; the next process has it.
        ObjectDisposedException => true,
        _ when OutOfStep.Is(exception) => true,
        { InnerException: { } inner } => CanPass(inner),
        _ => false,
    };
}
