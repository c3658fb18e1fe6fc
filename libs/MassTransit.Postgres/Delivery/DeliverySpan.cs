using System.Diagnostics;
using MassTransit.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// The span of a delivery, in the trace in which the message was written. Without it the transport's span would begin a new trace, and the receiver
/// would go on in that one.
/// </summary>
static class DeliverySpan
{
    static readonly ActivitySource Source = new("MassTransit.Postgres");

    /// <returns>The span; null when nobody traces, or when the message has no trace.</returns>
    public static Activity? Start(StoredMessage message) =>
        ActivityContext.TryParse(message.Headers.Get<string>(DiagnosticHeaders.ActivityId), null, out var written)
            ? Source.StartActivity("outbox deliver", ActivityKind.Internal, written)
            : null;
}
