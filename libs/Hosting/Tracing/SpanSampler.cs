using System.Diagnostics;
using BatchBus.Contracts;
using OpenTelemetry.Trace;

namespace BatchBus.Hosting.Tracing;

/// <summary>
/// What becomes a span. A trace begins with a request of an app or with a job, never with a background loop's look into the database. In a trace
/// everything is kept but what says nothing new; what is left out has no children of its own, so the trace stays in one piece.
/// </summary>
/// <param name="share">The share of traces to keep, 0 to 1.</param>
sealed class SpanSampler(double share) : Sampler
{
    /// <summary>MassTransit has two spans for each message that it handles, <c>receive</c> and, all of it, <c>process</c>. The first tells all.</summary>
    const string SecondSpan = " process";

    /// <summary>The sending of a page is a part of its slice, and the page's own span begins where it ends.</summary>
    const string PageSent = $"BatchBus.Contracts:{nameof(MemberPage)} send";

    static readonly SamplingResult Leave = new(SamplingDecision.Drop), Keep = new(SamplingDecision.RecordAndSample);

    readonly TraceIdRatioBasedSampler _traces = new(share);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        if (samplingParameters.ParentContext.TraceId == default)
            // Queries and calls without a parent are clients', heartbeats producers' and consumers'.
            return samplingParameters.Kind is ActivityKind.Server or ActivityKind.Internal ? _traces.ShouldSample(samplingParameters) : Leave;
        if (!samplingParameters.ParentContext.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)) return Leave;
        return samplingParameters.Name.EndsWith(SecondSpan, StringComparison.Ordinal) || samplingParameters.Name == PageSent ? Leave : Keep;
    }
}
