using BatchBus.Contracts;
using BatchBus.Hosting;
using BatchBus.Hosting.Redelivery;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Ingest;

/// <summary>The queue of pages: by priority, some batches at once, each a transaction.</summary>
sealed class MemberPageDefinition : ConsumerDefinition<MemberPageConsumer>
{
    readonly IngestOptions _options;

    public MemberPageDefinition(IOptions<IngestOptions> options)
    {
        _options = options.Value;
        EndpointName = Queues.MemberPages;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<MemberPageConsumer> consumer, IRegistrationContext context)
    {
        endpoint.UseDeclaredQueue(context, Queues.MemberPages);
        endpoint.PrefetchCount = _options.PagesInHand;
        endpoint.UseRetryRings();
        endpoint.UseHandBack<MemberPage>();
        endpoint.AddPipeSpecification(new PageVerdicts());
        consumer.Options<BatchOptions>(batch => batch
            .SetMessageLimit(_options.PagesPerBatch)
            .SetConcurrencyLimit(_options.ConcurrentBatches)
            .SetTimeLimit(_options.BatchWait));
    }
}
