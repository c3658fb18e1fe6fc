using BatchBus.Hosting;

namespace BatchBus.Api.DeadLetters;

/// <summary>A queue of messages that could not be handled (<c>_error</c>) or that nobody wanted (<c>_skipped</c>). MassTransit declares it with the first.</summary>
/// <param name="Name">Its name, e.g. <c>member-pages_error</c>.</param>
/// <param name="Source">The queue that its messages come from and are replayed to.</param>
sealed record DeadLetterQueue(string Name, string Source)
{
    public static readonly IReadOnlyList<DeadLetterQueue> All =
        [.. Queues.WithDeadLetters.SelectMany(source => new DeadLetterQueue[] { new(Queues.ErrorsOf(source), source), new(Queues.SkippedOf(source), source) })];

    public static DeadLetterQueue? Find(string name) => All.SingleOrDefault(queue => queue.Name == name);
}
