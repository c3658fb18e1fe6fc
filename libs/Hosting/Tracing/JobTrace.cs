using System.Diagnostics;
using MassTransit;
using MassTransit.Logging;

namespace BatchBus.Hosting.Tracing;

/// <summary>
/// The trace of a job. It begins with the request that asks for the job, and is kept in the job's row as a W3C <c>traceparent</c>
/// (https://www.w3.org/TR/trace-context/): what happens to the job later, from a loop or by another request, goes on in it.
/// </summary>
public static class JobTrace
{
    /// <summary>The current span, to be gone on with later; null when there is none.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C } span ? span.Id : null;

    /// <summary>Goes on with a job's trace; for a job that has none, with the current one, or with a new one where nothing goes on. The span is current until it is disposed of.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="job">The job.</param>
    /// <param name="traceparent">Its trace; null when it has none yet.</param>
    /// <returns>The span; null when nobody traces.</returns>
    public static Activity? Continue(string name, Guid job, string? traceparent)
    {
        // A request that cancels the job, say, has a trace of its own; the two know of each other.
        ActivityLink[]? links = traceparent is not null && Activity.Current is { } request ? [new(request.Context)] : null;
        var span = Spans.Source.StartActivity(name, ActivityKind.Internal, Parent(traceparent), links: links);
        span?.SetTag(Spans.JobId, job.ToString());
        return span;
    }

    /// <summary>The trace's id, of 32 hexadecimal digits; null when the trace is not recorded anywhere.</summary>
    /// <param name="traceparent">As <see cref="Current"/> gave it.</param>
    public static string? IdOf(string? traceparent) => Parent(traceparent) is { TraceFlags: ActivityTraceFlags.Recorded } trace ? trace.TraceId.ToString() : null;

    /// <summary>
    /// Makes the receiver's span a child of the current one. MassTransit does so for what has a span of its own for its sending; pages have none
    /// (<see cref="SpanSampler"/>).
    /// </summary>
    /// <param name="message">What is being sent.</param>
    public static void Carry(this SendContext message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Current is { } trace) message.Headers.Set(DiagnosticHeaders.ActivityId, trace);
    }

    internal static ActivityContext Parent(string? traceparent) => ActivityContext.TryParse(traceparent, null, out var parent) ? parent : default;
}
