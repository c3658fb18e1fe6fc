using BatchBus.Contracts;
using BatchBus.Hosting;
using BatchBus.Hosting.Redelivery;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Fetcher;

/// <summary>The queue of slices: by priority, with as many at once as the options say.</summary>
sealed class FetchMembersDefinition : ConsumerDefinition<FetchMembersConsumer>
{
    public FetchMembersDefinition(IOptions<FetcherOptions> options)
    {
        EndpointName = Queues.FetchMembers;
        ConcurrentMessageLimit = options.Value.ConcurrentSlices;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<FetchMembersConsumer> consumer, IRegistrationContext context)
    {
        endpoint.UseDeclaredQueue(context, Queues.FetchMembers);
        // Priority orders only what is still in the queue, so nothing is fetched ahead.
        endpoint.PrefetchCount = ConcurrentMessageLimit!.Value;
        endpoint.UseRetryRings();
        endpoint.UseHandBack<FetchMembers>();
    }
}
