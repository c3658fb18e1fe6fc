using System.Diagnostics;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.Logging;

namespace BatchBus.Hosting.Tracing;

/// <summary>Around the handling of each message: its span says which job it is about, and so does every line that is logged meanwhile.</summary>
static class JobSpans
{
    public static void UseJobSpans(this IRabbitMqBusFactoryConfigurator rabbit, ILogger log) => rabbit.AddPrePipeSpecification(new Specification(log));

    sealed class Specification(ILogger log) : IPipeSpecification<ConsumeContext>
    {
        public void Apply(IPipeBuilder<ConsumeContext> builder) => builder.AddFilter(new Filter(log));

        public IEnumerable<ValidationResult> Validate() => [];
    }

    sealed class Filter(ILogger log) : IFilter<ConsumeContext>
    {
        public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
        {
            if (JobMessages.Read(context) is not { } message)
            {
                await next.Send(context);
                return;
            }
            Spans.Tag(message.Job, message.CompanyId);
            if (message.Page is { } page) Activity.Current?.SetTag(Spans.Page, page);
            if (Activity.Current is { Recorded: true } span) context.GetOrAddPayload(() => new MessageSpan(span.Context));
            using (log.BeginScope(new JobScope(message.Job))) await next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("jobSpans");
    }
}

/// <summary>The span of a message that is handled; a batch has one for each of its messages.</summary>
/// <param name="Context">To be gone on with.</param>
public sealed record MessageSpan(ActivityContext Context);
