using MassTransit;
using RabbitMQ.Client;

namespace BatchBus.Hosting;

/// <summary>
/// Writes on each message when it was sent (AMQP's <c>timestamp</c>, in seconds), which MassTransit leaves empty. The broker shows that of a queue's
/// head (<c>head_message_timestamp</c>), so that nobody has to take a message out to learn how long it has waited.
/// </summary>
static class SentTime
{
    public static void UseSentTime(this IRabbitMqBusFactoryConfigurator rabbit, TimeProvider clock)
    {
        rabbit.ConfigureSend(send => send.UseExecute(Write));
        rabbit.ConfigurePublish(publish => publish.UseExecute(Write));

        void Write(SendContext context)
        {
            if (context.TryGetPayload(out RabbitMqSendContext? message)) message.BasicProperties.Timestamp = new AmqpTimestamp(clock.GetUtcNow().ToUnixTimeSeconds());
        }
    }
}
