using BatchBus.Contracts;
using MassTransit;
using MassTransit.Configuration;

namespace BatchBus.Ingest;

/// <summary>What becomes of one page of a batch, which MassTransit would let succeed or fail as a whole.</summary>
sealed class PageVerdict
{
    /// <summary>Why no try will store the page; null when it is stored.</summary>
    public Exception? Failure { get; set; }

    public static PageVerdict On(ConsumeContext<MemberPage> page) => page.GetOrAddPayload(() => new PageVerdict());
}

/// <summary>A page that cannot be stored; it goes to <c>member-pages_error</c> and its job fails saying so.</summary>
sealed class PageNotStoredException(MemberPage page, Exception reason) : Exception($"Page {page.PageNumber} cannot be stored: {reason.Message}", reason);

/// <summary>
/// Around each page, inside the retry rings: carries out the verdict that the batch's consumer left on it. A page without one was stored, and is
/// acknowledged.
/// </summary>
sealed class PageVerdicts : IFilter<ConsumeContext<MemberPage>>, IPipeSpecification<ConsumeContext<MemberPage>>
{
    public async Task Send(ConsumeContext<MemberPage> context, IPipe<ConsumeContext<MemberPage>> next)
    {
        var verdict = PageVerdict.On(context);
        verdict.Failure = null; // of an earlier try
        await next.Send(context);
        if (verdict.Failure is null) return;

        var failure = new PageNotStoredException(context.Message, verdict.Failure);
        // The fault is what the job hears of. If the process dies before the page is in the error queue, it is delivered again, and so is the fault.
        await context.NotifyFaulted(context, context.ReceiveContext.ElapsedTime, nameof(MemberPageConsumer), failure);
        throw failure;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("pageVerdicts");

    public void Apply(IPipeBuilder<ConsumeContext<MemberPage>> builder) => builder.AddFilter(this);

    public IEnumerable<ValidationResult> Validate() => [];
}
