using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Middleware;

namespace BatchBus.Hosting;

/// <summary>
/// Makes every receive endpoint declare all queues before it consumes, and come back whatever went wrong with its channel. MassTransit sets an
/// endpoint up again only after an exception that it knows as one of the connection; a broker that dies in the middle of a declaration may
/// end in another one (an <see cref="ObjectDisposedException"/> of the client), or in none (<see cref="BreakableChannel"/>), and the endpoint then stays
/// away for good.
/// </summary>
static class SteadyEndpoints
{
    /// <summary>Call it first: what is added later runs inside.</summary>
    public static void UseSteadyEndpoints(this IRabbitMqBusFactoryConfigurator rabbit) =>
        rabbit.UseOnEveryChannel(new Steady(rabbit.PublishTopology));

    sealed class Steady(IRabbitMqPublishTopology topology) : IFilter<ChannelContext>
    {
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            using var channel = new BreakableChannel(context);
            try
            {
                await new ConfigureRabbitMqTopologyFilter<IPublishTopology>(topology, topology.GetPublishBrokerTopology()).Send(channel, next);
            }
            // A time-out of the client is a cancellation, too; only ours means that the endpoint is to stop.
            catch (Exception e) when (e is not ConnectionException && !(e is OperationCanceledException && context.CancellationToken.IsCancellationRequested))
            {
                throw QueueMismatch.Explain(e) is { } sentence ? new ConnectionException(sentence, isTransient: true) : new ConnectionException($"The channel broke: {e.Message}", e);
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("steady");
    }
}
