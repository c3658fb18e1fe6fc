using BatchBus.Hosting;

namespace BatchBus.Api.Broker;

/// <summary>What a queue is for.</summary>
enum QueueKind
{
    /// <summary>Messages that wait for their consumer.</summary>
    Work,

    /// <summary>Messages that could not be handled.</summary>
    Error,

    /// <summary>Messages that nobody wanted.</summary>
    Skipped,

    /// <summary>Messages that wait for their next try.</summary>
    Delay,
}

/// <summary>A queue of BatchBus. Others that share the virtual host are nobody's business here.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is for.</param>
sealed record QueueName(string Name, QueueKind Kind)
{
    public static readonly IReadOnlyList<QueueName> All =
    [
        .. Queues.All.Select(name => new QueueName(name, QueueKind.Work)),
        .. Queues.WithDeadLetters.Select(name => new QueueName(Queues.ErrorsOf(name), QueueKind.Error)),
        .. Queues.WithDeadLetters.Select(name => new QueueName(Queues.SkippedOf(name), QueueKind.Skipped)),
        .. Queues.Delays.Select(name => new QueueName(name, QueueKind.Delay)),
    ];
}
