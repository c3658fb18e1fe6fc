using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Hosting;

/// <summary>Asks the broker itself about a queue, without changing anything: a passive declaration.</summary>
public static class PassiveLook
{
    /// <summary>Looks at a queue.</summary>
    /// <param name="connection">To the broker.</param>
    /// <param name="queue">The queue's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its ready messages and its consumers; null when there is no such queue.</returns>
    public static async Task<QueueDeclareOk?> At(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
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
