using MassTransit;
using MassTransit.RabbitMqTransport;

namespace BatchBus.Hosting.Redelivery;

/// <summary>
/// Delays on plain RabbitMQ, without a plug-in: a queue per length (<c>delay.1000</c>, <c>delay.5000</c>; in milliseconds)
/// whose messages expire and are dead-lettered through the default exchange, that is to the queue whose name is their
/// routing key: the one they came from. See https://www.rabbitmq.com/docs/ttl and https://www.rabbitmq.com/docs/dlx.
/// </summary>
static class DelayQueues
{
    public static readonly TimeSpan[] Lengths = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>The shortest that is long enough, else the longest.</summary>
    public static string NameFor(TimeSpan delay) => Name(Lengths.FirstOrDefault(length => length >= delay, Lengths[^1]));

    /// <summary>Declares the queues before an endpoint consumes, so that a redelivery finds them.</summary>
    public static void DeclareOnEveryEndpoint(this IRabbitMqBusFactoryConfigurator rabbit, bool isQuorum) =>
        rabbit.UseOnEveryChannel(new Declare(isQuorum));

    static string Name(TimeSpan length) => $"delay.{(long)length.TotalMilliseconds}";

    sealed class Declare(bool isQuorum) : IFilter<ChannelContext>
    {
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            foreach (var length in Lengths)
            {
                var name = Name(length);
                await context.ExchangeDeclare(name, "fanout", true, false, new Dictionary<string, object?>(), context.CancellationToken);
                await context.QueueDeclare(name, true, false, false, QueueArguments.Delay(length, isQuorum), context.CancellationToken);
                await context.QueueBind(name, name, "", new Dictionary<string, object?>(), context.CancellationToken);
            }
            await next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("delayQueues");
    }
}
