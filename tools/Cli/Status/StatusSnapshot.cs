using BatchBus.Cli.Client;

namespace BatchBus.Cli.Status;

/// <summary>A local process as <c>status --json</c> names it.</summary>
sealed record LocalProcess(string Name, bool IsRunning, int Pid, string Address);

/// <summary>How many jobs there are in the states that last, and what today (UTC) has brought.</summary>
/// <param name="Pending">Jobs that wait for a slot.</param>
/// <param name="Processing">Jobs that run.</param>
/// <param name="Paused">Jobs that somebody has paused.</param>
/// <param name="Today">Null for who is no operator.</param>
sealed record JobCounts(int Pending, int Processing, int Paused, Day? Today)
{
    public int Unfinished => Pending + Processing;
}

/// <summary>What <c>status</c> shows; null is what could not be asked.</summary>
sealed record StatusSnapshot
{
    public DateTimeOffset At { get; init; }

    public Uri? Api { get; init; }

    /// <summary>Why the Api could not be asked; null when it could.</summary>
    public string? Unreachable { get; init; }

    public JobCounts? Jobs { get; init; }

    /// <summary>Members that are stored a second, over all jobs that run.</summary>
    public double? MembersPerSecond { get; init; }

    /// <summary>Jobs that run and had something to wait for that went wrong, and jobs that failed in the last day; some of them.</summary>
    public IReadOnlyList<Job> Troubled { get; init; } = [];

    public IReadOnlyList<Worker>? Workers { get; init; }

    /// <summary>Why the Api could not tell single parts, for example because RabbitMQ is away.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    public QueueList? Queues { get; init; }

    /// <summary>Those of this checkout; null when another Api is asked.</summary>
    public IReadOnlyList<LocalProcess>? Processes { get; init; }

    /// <summary>Local processes that belong to a whole BatchBus and do not run.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}
