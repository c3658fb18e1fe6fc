using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace BatchBus.Hosting;

/// <summary>A queue that exists with other arguments than it is declared with here. RabbitMQ cannot change it, so a person has to.</summary>
static class QueueMismatch
{
    /// <summary>A sentence that says what to do; null when it is about something else.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        // The code alone also stands for other things, such as a message that was not acknowledged in time.
        OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.PreconditionFailed } reason } when reason.ReplyText.Contains("inequivalent arg", StringComparison.Ordinal) =>
            $"A queue or exchange exists already and is of another kind, and RabbitMQ cannot change it ({reason.ReplyText}). "
            + "Set RabbitMq__QueueType back to what it was, or make the queues anew: docs/operations.md, \"From classic to quorum queues\".",
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
