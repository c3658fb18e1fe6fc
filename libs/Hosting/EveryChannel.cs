using MassTransit;
using MassTransit.RabbitMqTransport;

namespace BatchBus.Hosting;

/// <summary>What is done with the channel of each receive endpoint when it is set up, also again.</summary>
static class EveryChannel
{
    /// <summary>Adds a filter; what is added later runs inside.</summary>
    public static void UseOnEveryChannel(this IRabbitMqBusFactoryConfigurator rabbit, IFilter<ChannelContext> filter) =>
        rabbit.ConnectEndpointConfigurationObserver(new OnEndpoints(filter));

    /// <summary>Shows each channel to whoever wants to know it.</summary>
    public static void LookAtEveryChannel(this IRabbitMqBusFactoryConfigurator rabbit, string name, Action<ChannelContext> look) =>
        rabbit.UseOnEveryChannel(new Look(name, look));

    sealed class OnEndpoints(IFilter<ChannelContext> filter) : IEndpointConfigurationObserver
    {
        public void EndpointConfigured<T>(T configurator) where T : IReceiveEndpointConfigurator
        {
            if (configurator is IRabbitMqReceiveEndpointConfigurator endpoint) endpoint.ConfigureChannel(channel => channel.UseFilter(filter));
        }
    }

    sealed class Look(string name, Action<ChannelContext> look) : IFilter<ChannelContext>
    {
        public Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            look(context);
            return next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope(name);
    }
}
