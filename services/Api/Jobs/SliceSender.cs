using BatchBus.Api.Data;
using BatchBus.Contracts;
using BatchBus.Whop;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>Sends a job's next slice to Fetcher, with the pace that the connection's key allows.</summary>
sealed class SliceSender(ApiDbContext database, JobSteps steps, IOptions<JobOptions> jobs, IOptions<WhopOptions> whop)
{
    public async Task Send(SagaConsumeContext<BatchJob> context)
    {
        var job = context.Saga;
        // Read each time, so that a running job goes on with a key that was replaced.
        var connection = await database.Connections.AsNoTracking().SingleAsync(c => c.Id == job.ConnectionId, context.CancellationToken);
        steps.OpenSlice(job);
        var priority = MessagePriority.Of(job);
        await context.Publish(new FetchMembers
        {
            JobId = job.CorrelationId,
            AudienceId = job.AudienceId,
            ConnectionId = connection.Id,
            CompanyId = connection.CompanyId,
            EncryptedApiKey = connection.ApiKeyCiphertext ?? "",
            Slice = job.Slice,
            Cursor = job.Cursor,
            FirstPage = job.PagesFetched + 1,
            MaxPages = jobs.Value.PagesPerSlice,
            RequestsPerMinute = whop.Value.RequestsPerMinute,
            NotBefore = job.NextRequestAt,
            MessagePriority = priority,
        }, publish => publish.SetPriority(priority), context.CancellationToken);
    }
}

/// <summary>A job's priority on the broker: two steps a level, and a job that has begun goes before a new one of its level.</summary>
static class MessagePriority
{
    public static byte Of(BatchJob job) => (byte)(2 * (int)job.Priority + (job.PagesFetched > 0 ? 2 : 1));
}
