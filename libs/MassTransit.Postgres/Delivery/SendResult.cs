namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Why a message could not be delivered.</summary>
enum Cause
{
    /// <summary>No broker could take it: an address, header or body that cannot be read, or an answer given while it was sent alone.</summary>
    Message,

    /// <summary>The broker is in trouble or refuses for now, for example because a queue is full.</summary>
    Broker,

    /// <summary>The broker gave no answer.</summary>
    Silence,

    /// <summary>
    /// Some other error. One message can break the channel under others that are sent at the same time; whose error it is shows when it is
    /// sent alone.
    /// </summary>
    Unclear,
}

/// <summary>What became of one row.</summary>
abstract record SendResult(OutboxMessage Row);

/// <summary>The broker has confirmed the message.</summary>
sealed record Delivered(OutboxMessage Row) : SendResult(Row);

/// <summary>The message was worth nothing any more and was not sent.</summary>
sealed record Expired(OutboxMessage Row) : SendResult(Row);

/// <summary>The process stops: the row goes back as it was, and may have been sent.</summary>
sealed record Interrupted(OutboxMessage Row) : SendResult(Row);

/// <summary>The message is still here.</summary>
/// <param name="Row">The row.</param>
/// <param name="Error">What happened.</param>
/// <param name="Cause">Where the reason lies.</param>
/// <param name="WasReached">The error came over a connection that stood.</param>
sealed record Failure(OutboxMessage Row, Exception Error, Cause Cause, bool WasReached = false) : SendResult(Row)
{
    /// <summary>Whether this is the last attempt: only failures for a reason that lies in the message are counted.</summary>
    public bool Parks(int maxAttempts) => Cause is Cause.Message && Row.Attempts + 1 >= maxAttempts;
}
