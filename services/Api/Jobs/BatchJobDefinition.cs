using BatchBus.Api.Data;
using BatchBus.Hosting;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>The saga's queue: quick retries for conflicts and lost connections around the inbox and outbox.</summary>
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
        endpoint.UseDeclaredQueue();
        endpoint.PrefetchCount = 2 * ConcurrentMessageLimit!.Value;
        endpoint.UseMessageRetry(retry => retry.Exponential(6, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200)));
        endpoint.UseEntityFrameworkOutbox<ApiDbContext>(context);
    }
}
