using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Chaos;

enum Blow
{
    /// <summary>SIGKILL: it ends between two instructions.</summary>
    Kill,

    /// <summary>SIGTERM: it is asked to end.</summary>
    Terminate,

    /// <summary>SIGSTOP, later SIGCONT: it stands still and does not know.</summary>
    Freeze,
}

/// <summary>One thing that goes wrong in a round.</summary>
/// <param name="At">When, counted from the round's start.</param>
/// <param name="Victim">A process, a kind of process for all of it at once, or <see cref="Victims.Session"/>.</param>
/// <param name="Blow">What is done to it.</param>
/// <param name="Pause">How long it is away.</param>
sealed record Strike(TimeSpan At, string Victim, Blow Blow, TimeSpan Pause)
{
    public override string ToString() => $"{Blow} {Victim}";
}

static class Victims
{
    /// <summary>One session of PostgreSQL. When it is killed, PostgreSQL ends all sessions and recovers.</summary>
    public const string Session = "session";

    // RabbitMQ takes longest to start, so it is struck less often.
    static readonly (string Victim, int Weight)[] Weights =
    [
        (ServiceNames.Api, 2), ("api-2", 2), ("fetcher-1", 3), ("fetcher-2", 3), ("ingest-1", 3), ("ingest-2", 3),
        (ServiceNames.Fetcher, 2), (ServiceNames.Ingest, 2), ("apis", 1),
        (PrivateRabbitMq.ProcessName, 3), (PrivatePostgres.ProcessName, 3), (Session, 4),
    ];

    public static string Draw(Random random)
    {
        var draw = random.Next(Weights.Sum(w => w.Weight));
        foreach (var (victim, weight) in Weights)
            if ((draw -= weight) < 0) return victim;
        throw new InvalidOperationException("The weights do not add up.");
    }

    /// <summary>The processes that a victim's name stands for.</summary>
    public static string[] ProcessesOf(string victim) => victim switch
    {
        "apis" => [ServiceNames.Api, "api-2"],
        ServiceNames.Fetcher => ["fetcher-1", "fetcher-2"],
        ServiceNames.Ingest => ["ingest-1", "ingest-2"],
        _ => [victim],
    };
}

/// <summary>What will go wrong in a round; the same for the same seed.</summary>
static class StrikePlan
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1), Window = TimeSpan.FromSeconds(18), LongestPause = TimeSpan.FromSeconds(4);

    // Time for all jobs to be at full rate.
    static readonly TimeSpan BeforeOutage = TimeSpan.FromSeconds(15);

    public static IReadOnlyList<Strike> Draw(Random random, int strikes) =>
        [.. Enumerable.Range(0, Math.Max(1, strikes + random.Next(-2, 3))).Select(_ => DrawOne(random)).OrderBy(strike => strike.At)];

    /// <summary>One server, killed and away for a long while.</summary>
    public static IReadOnlyList<Strike> OneOutage(int round, TimeSpan length) =>
        [new Strike(BeforeOutage, round % 2 == 0 ? PrivatePostgres.ProcessName : PrivateRabbitMq.ProcessName, Blow.Kill, length)];

    static Strike DrawOne(Random random)
    {
        var at = First + random.NextDouble() * Window;
        var blow = random.Next(10) switch { < 5 => Blow.Kill, < 7 => Blow.Terminate, _ => Blow.Freeze };
        return new Strike(at, Victims.Draw(random), blow, TimeSpan.FromSeconds(0.2) + random.NextDouble() * LongestPause);
    }
}
