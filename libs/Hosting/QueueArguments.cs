using MassTransit;

namespace BatchBus.Hosting;

/// <summary>What a queue is declared with, by its kind. RabbitMQ refuses a second declaration with others.</summary>
static class QueueArguments
{
    // RabbitMQ 4 drops a message of a quorum queue after 20 deliveries unless told otherwise; a message that goes back to its queue during an
    // outage, or that is looked at among the dead, has done nothing wrong. A number, for RabbitMQ 3 does not know -1 (none).
    const int DeliveryLimit = int.MaxValue;

    /// <summary>
    /// A quorum queue has no priorities to declare: RabbitMQ 3 knows none there, and 4 has two levels by itself, of which 5 is the first of the higher one
    /// (https://www.rabbitmq.com/docs/quorum-queues#priorities): high and vip go before low and normal.
    /// </summary>
    public static void Declare(this IRabbitMqQueueConfigurator queue, bool isQuorum, byte? maxPriority)
    {
        if (isQuorum)
        {
            queue.SetQuorumQueue();
            queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        }
        else if (maxPriority is { } max) queue.EnablePriority(max);
    }

    /// <summary>
    /// A queue whose messages leave it by expiring. On a quorum queue they are handed over with a confirm, which RabbitMQ does only where a full queue
    /// refuses messages (https://www.rabbitmq.com/docs/quorum-queues#dead-lettering).
    /// </summary>
    public static Dictionary<string, object?> Delay(TimeSpan length, bool isQuorum)
    {
        var arguments = new Dictionary<string, object?> { ["x-message-ttl"] = (long)length.TotalMilliseconds, ["x-dead-letter-exchange"] = "" };
        if (isQuorum) (arguments["x-queue-type"], arguments["x-dead-letter-strategy"], arguments["x-overflow"]) = ("quorum", "at-least-once", "reject-publish");
        return arguments;
    }
}
