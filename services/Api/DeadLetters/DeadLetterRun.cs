using System.Runtime.CompilerServices;
using BatchBus.Hosting;
using RabbitMQ.Client;

namespace BatchBus.Api.DeadLetters;

/// <summary>How a run ended.</summary>
/// <param name="Done">Messages that were replayed or discarded.</param>
/// <param name="Kept">Messages that were there at the beginning and still are.</param>
sealed record DeadLetterOutcome(int Done, int Kept);

/// <summary>
/// Replays or discards dead letters, as many as there were when it began. A message is acknowledged only when the broker has confirmed its copy in
/// the source queue: a process that dies in between leaves both, and none is lost.
/// </summary>
sealed class DeadLetterRun(BrokerConnections broker, TimeProvider clock)
{
    // Messages under way at once; below half of what the client lets through before it slows down.
    const int Unconfirmed = 50;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A broker that blocks its publishers never confirms.
    static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(30);

    public Task<DeadLetterOutcome?> Replay(DeadLetterQueue queue, DeadLetterSelection selection, CancellationToken cancellationToken)
    {
        var replay = Guid.CreateVersion7().ToString();
        return Run(queue, selection, replay, async (channel, letter) =>
        {
            var (properties, body) = letter.Revive(replay);
            using var limit = new CancellationTokenSource(ConfirmTimeout, clock);
            // Mandatory: should the source queue be gone, that is an error and no success.
            await channel.BasicPublishAsync("", queue.Source, mandatory: true, properties, body, limit.Token);
            await channel.BasicAckAsync(letter.Tag, multiple: false, limit.Token);
        }, cancellationToken);
    }

    public Task<DeadLetterOutcome?> Discard(DeadLetterQueue queue, DeadLetterSelection selection, CancellationToken cancellationToken) =>
        Run(queue, selection, replay: null, (channel, letter) => channel.BasicAckAsync(letter.Tag, multiple: false).AsTask(), cancellationToken);

    /// <returns>Null when somebody else is at work on the queue.</returns>
    async Task<DeadLetterOutcome?> Run(
        DeadLetterQueue queue, DeadLetterSelection selection, string? replay, Func<IChannel, DeadLetter, Task> end, CancellationToken cancellationToken)
    {
        await using var session = await DeadLetterSession.Open(broker, clock, cancellationToken);
        if (!await session.TakeTurn(queue, Patience, cancellationToken)) return null;
        var there = await session.Count(queue, cancellationToken) ?? 0;
        if (there == 0) return new DeadLetterOutcome(0, 0);
        await using var channel = await session.Channel(cancellationToken);
        var underWay = new Queue<Task>();
        var kept = new List<ulong>();
        var done = 0;
        try
        {
            await foreach (var letter in Take(channel, queue, there, replay, cancellationToken))
            {
                if (!selection.Includes(letter))
                {
                    kept.Add(letter.Tag);
                    continue;
                }
                underWay.Enqueue(end(channel, letter));
                if (++done == selection.Limit) break;
                if (underWay.Count == Unconfirmed) await underWay.Dequeue();
            }
        }
        finally
        {
            // Also when it is broken off: what is under way is finished, so that it is not there twice without need.
            await Task.WhenAll(underWay);
        }
        await DeadLetterSession.PutBack(channel, kept);
        return new DeadLetterOutcome(done, there - done);
    }

    /// <summary>
    /// Takes those that were there. What this very replay has sent back and is dead again stays aside: with priorities it may well come before
    /// the rest, and at each round again.
    /// </summary>
    static async IAsyncEnumerable<DeadLetter> Take(
        IChannel channel, DeadLetterQueue queue, int there, string? replay, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var taken = 0; taken < there;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await channel.BasicGetAsync(queue.Name, autoAck: false, CancellationToken.None) is not { } message) yield break;
            var letter = new DeadLetter(message);
            if (replay is not null && letter.Replay == replay) continue;
            taken++;
            yield return letter;
        }
    }
}
