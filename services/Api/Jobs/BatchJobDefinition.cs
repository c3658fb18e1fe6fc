using BatchBus.Api.Data;
using BatchBus.Hosting;
using BatchBus.Hosting.Redelivery;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>The saga's queue: by priority, quick retries for conflicts and lost connections around the inbox and outbox.</summary>
sealed class BatchJobDefinition : SagaDefinition<BatchJob>
{
    public BatchJobDefinition(IOptions<JobOptions> options)
    {
        EndpointName = Queues.BatchJobs;
        ConcurrentMessageLimit = options.Value.ConcurrentMessages;
    }

    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpoint, ISagaConfigurator<BatchJob> saga, IRegistrationContext context)
    {
        endpoint.UseDeclaredQueue(context, Queues.BatchJobs);
        // Priority orders only what is still in the queue, so nothing is fetched ahead.
        endpoint.PrefetchCount = ConcurrentMessageLimit!.Value;
        endpoint.UseRetryRings();
        endpoint.UseEntityFrameworkOutbox<ApiDbContext>(context);
    }
}
