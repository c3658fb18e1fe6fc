using BatchBus.Contracts;
using BatchBus.Hosting;
using BatchBus.Hosting.Redelivery;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Ingest;

/// <summary>
/// Stores a batch of pages, then reports. A crash between the two is mended by the next delivery, which finds the pages doubled and reports.
/// A page that cannot be stored is told from its neighbours, which land.
/// </summary>
sealed class MemberPageConsumer(PageStore store, IOptions<IngestOptions> options, TimeProvider clock) : IConsumer<Batch<MemberPage>>
{
    public async Task Consume(ConsumeContext<Batch<MemberPage>> context)
    {
        var pages = new List<ConsumeContext<MemberPage>>(context.Message.Length);
        foreach (var page in context.Message) pages.Add(page);

        using var spans = new BatchSpans(pages);
        var progress = new Dictionary<Guid, JobProgress>();
        await Store(pages, progress, context.CancellationToken);
        try
        {
            await Report(context, progress.Values.Where(job => job.IsReportDue), Priorities(pages), new PageWaits(pages.Select(page => (page.Priority(), page.SentTime)), clock), spans, context.CancellationToken);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            foreach (var page in pages) page.GoBackToQueue();
        }
    }

    /// <summary>Stores pages in one transaction; if something about them forbids it, by halves, until the bad ones stand alone.</summary>
    async Task Store(List<ConsumeContext<MemberPage>> pages, Dictionary<Guid, JobProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var job in await store.Store([.. pages.Select(page => page.Message)], cancellationToken))
                progress[job.JobId] = job with { IsReportDue = job.IsReportDue || progress.GetValueOrDefault(job.JobId) is { IsReportDue: true } };
        }
        catch (Exception e) when (!RetryRings.CanPass(e) && pages.Count > 1)
        {
            var middle = pages.Count / 2;
            await Store([.. pages.Take(middle)], progress, cancellationToken);
            await Store([.. pages.Skip(middle)], progress, cancellationToken);
        }
        catch (Exception e) when (!RetryRings.CanPass(e))
        {
            PageVerdict.On(pages[0]).Failure = e;
        }
    }

    static ILookup<Guid, byte> Priorities(List<ConsumeContext<MemberPage>> pages) => pages.ToLookup(page => page.Message.JobId, page => page.Priority());

    async Task Report(
        IPublishEndpoint bus, IEnumerable<JobProgress> jobs, ILookup<Guid, byte> priorities, PageWaits waits, BatchSpans spans, CancellationToken cancellationToken)
    {
        // A broker that blocks its publishers (memory alarm) never answers; the pages are then delivered again, as they are when their channel is gone.
        using var limit = new CancellationTokenSource(options.Value.PublishTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Task.WhenAll(jobs.Select(Report))
            .WaitAsync(either.Token); // an end of its own, for a transport whose channel has just broken may overlook the token

        async Task Report(JobProgress job)
        {
            spans.Enter(job.JobId);
            var priority = priorities[job.JobId].Max();
            await bus.Publish(new PagesIngested { JobId = job.JobId, Pages = job.Pages, Totals = job.Totals, Waited = waits.Of(priority) },
                publish => publish.SetPriority(priority), either.Token);
        }
    }
}
