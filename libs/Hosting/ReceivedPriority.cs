using MassTransit;

namespace BatchBus.Hosting;

/// <summary>The priority that a message came with.</summary>
public static class ReceivedPriority
{
    /// <summary>1 to <see cref="Queues.MaxPriority"/>; 0 for none.</summary>
    /// <param name="context">The message's.</param>
    public static byte Priority(this ConsumeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.ReceiveContext.TryGetPayload(out RabbitMqBasicConsumeContext? message) ? message.Properties.Priority : (byte)0;
    }
}
