using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Api.Broker;

/// <summary>Asks the broker itself about a queue, without changing anything: a passive declaration.</summary>
static class PassiveLook
{
    /// <returns>Null when there is no such queue.</returns>
    public static async Task<QueueDeclareOk?> At(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        // On a channel of its own: the broker closes one that asks for what is not there.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }
}
