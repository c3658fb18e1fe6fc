using BatchBus.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Ingest;

/// <summary>Stores a batch of pages, then reports. A crash between the two is mended by the next delivery, which finds the pages doubled and reports.</summary>
sealed class MemberPageConsumer(PageStore store, IOptions<IngestOptions> options, TimeProvider clock) : IConsumer<Batch<MemberPage>>
{
    public async Task Consume(ConsumeContext<Batch<MemberPage>> context)
    {
        var pages = new List<MemberPage>(context.Message.Length);
        foreach (var page in context.Message) pages.Add(page.Message);

        var progress = await store.Store(pages, context.CancellationToken);

        using var limit = new CancellationTokenSource(options.Value.PublishTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.CancellationToken);
        await Task.WhenAll(progress.Where(job => job.IsReportDue).Select(job =>
            context.Publish(new PagesIngested { JobId = job.JobId, Pages = job.Pages, Totals = job.Totals }, either.Token)));
    }
}
