using BatchBus.Api.Data;
using BatchBus.Contracts;
using BatchBus.Whop;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>What reads a company.</summary>
/// <param name="CompanyId">Whop's id of the company.</param>
/// <param name="EncryptedApiKey">Its key; null once the connection is deleted.</param>
sealed record WhopKey(string CompanyId, string? EncryptedApiKey);

/// <summary>The keys, by connection.</summary>
interface IWhopKeys
{
    /// <summary>Read for each slice, so that a running job goes on with a key that was replaced.</summary>
    Task<WhopKey> Find(Guid connection, CancellationToken cancellationToken);
}

sealed class WhopKeys(ApiDbContext database) : IWhopKeys
{
    public Task<WhopKey> Find(Guid connection, CancellationToken cancellationToken) => database.Connections.AsNoTracking()
        .Where(c => c.Id == connection).Select(c => new WhopKey(c.CompanyId, c.ApiKeyCiphertext)).SingleAsync(cancellationToken);
}

/// <summary>Sends a job's next slice to Fetcher, with the pace that the connection's key allows. One for each message.</summary>
sealed class SliceSender(
    IWhopKeys keys, JobReading reading, WindowPlan plan, JobSteps steps, JobStalls stalls, IOptions<JobOptions> jobs, IOptions<WhopOptions> whop)
{
    WhopKey? _key;

    /// <summary>False when the connection was deleted, and its key with it.</summary>
    public async Task<bool> HasKey(BatchJob job, CancellationToken cancellationToken) =>
        (_key = await keys.Find(job.ConnectionId, cancellationToken)).EncryptedApiKey is not null;

    /// <summary>Sends the slice; <see cref="HasKey"/> was asked before.</summary>
    public async Task Send(SagaConsumeContext<BatchJob> context)
    {
        var job = context.Saga;
        // How many members there are says nothing about how many are new.
        var (rest, isFirst) = (await reading.Rest(job, context.CancellationToken), job is { Windows: 0, PagesFetched: 0, ReadFrom: null });
        steps.OpenSlice(job);
        var priority = MessagePriority.Of(job);
        await context.Publish(new FetchMembers
        {
            JobId = job.CorrelationId,
            AudienceId = job.AudienceId,
            ConnectionId = job.ConnectionId,
            CompanyId = _key!.CompanyId,
            EncryptedApiKey = _key.EncryptedApiKey!,
            Slice = job.Slice,
            Windows = [.. rest.Select(window => window.Rest())],
            LeastWindows = plan.CanDivide(rest) ? rest.Count : 0,
            MaxPages = jobs.Value.PagesPerSlice,
            PagesBefore = job.PagesFetched,
            CountMembers = isFirst,
            SlowAfter = isFirst ? plan.SlowAfter : null,
            RequestsPerMinute = whop.Value.RequestsPerMinute,
            NotBefore = job.NextRequestAt,
            MessagePriority = MessagePriority.OfPages(job),
        }, publish =>
        {
            publish.SetPriority(priority);
            // The watchdog sends another in its place then; so a queue that nobody consumes holds one slice of a job, not many.
            publish.TimeToLive = stalls.SliceLifetime(job);
        }, context.CancellationToken);
    }
}
