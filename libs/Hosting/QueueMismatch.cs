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
            + "If you have changed RabbitMq__QueueType, set it back to what it was; otherwise make the queue anew: docs/operations.md, \"After a change of a queue\".",
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
