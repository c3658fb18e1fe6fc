using MassTransit;
using MassTransit.Configuration;
using MassTransit.Context;
using MassTransit.Scheduling;

namespace BatchBus.Hosting.Redelivery;

/// <summary>The scheduler of the third retry ring: what MassTransit wants redelivered later goes through the <see cref="DelayQueues"/>.</summary>
static class DelayQueueScheduler
{
    public static void UseDelayQueues(this IRabbitMqBusFactoryConfigurator rabbit, bool isQuorum, TimeProvider clock)
    {
        rabbit.DeclareOnEveryEndpoint(isQuorum);
        rabbit.AddPrePipeSpecification(new Specification(clock));
    }

    sealed class Specification(TimeProvider clock) : IPipeSpecification<ConsumeContext>
    {
        public void Apply(IPipeBuilder<ConsumeContext> builder) => builder.AddFilter(new SchedulerFilter(clock));

        public IEnumerable<ValidationResult> Validate() => [];
    }

    sealed class SchedulerFilter(TimeProvider clock) : IFilter<ConsumeContext>
    {
        public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
        {
            context.GetOrAddPayload<MessageSchedulerContext>(() => new ConsumeMessageSchedulerContext(context,
                consume => new MessageScheduler(new Provider(consume, clock), consume.GetPayload<IBusTopology>())));
            return next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("delayQueueScheduler");
    }

    sealed class Provider(ISendEndpointProvider endpoints, TimeProvider clock) : IScheduleMessageProvider
    {
        // A broker that blocks its publishers never answers; then the message goes back to its queue instead.
        static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

        public async Task<ScheduledMessage<T>> ScheduleSend<T>(
            Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken) where T : class
        {
            var delay = scheduledTime.ToUniversalTime() - clock.GetUtcNow().UtcDateTime;
            var token = ScheduleTokenIdCache<T>.GetTokenId(message);
            // As an exchange: as a queue it would be declared here, without its arguments.
            var endpoint = await endpoints.GetSendEndpoint(new Uri($"exchange:{DelayQueues.NameFor(delay)}"));
            using var limit = new CancellationTokenSource(SendTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await endpoint.Send(message, Pipe.ExecuteAsync<SendContext<T>>(async send =>
            {
                if (pipe.IsNotEmpty()) await pipe.Send(send);
                send.SetRoutingKey(destinationAddress.AbsolutePath.Split('/')[^1]);
                send.ScheduledMessageId = token;
            }), either.Token).WaitAsync(either.Token); // an end of its own, for a transport whose channel has just broken may overlook the token
            return new ScheduledMessageHandle<T>(token, scheduledTime, destinationAddress, message);
        }

        // Nothing here schedules what it might want to take back.
        public Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken) => throw Unsupported();

        public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) => throw Unsupported();

        static NotSupportedException Unsupported() => new("A message in a delay queue cannot be taken back.");
    }
}
