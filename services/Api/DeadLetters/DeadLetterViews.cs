namespace BatchBus.Api.DeadLetters;

/// <summary>All dead letters.</summary>
/// <param name="Items">Every queue that may have some, also those that have none.</param>
sealed record DeadLetterList(IReadOnlyList<DeadLetterQueueView> Items);

/// <summary>The dead letters of a queue.</summary>
sealed record DeadLetterQueueView
{
    public required string Queue { get; init; }

    /// <summary>The queue that they are replayed to.</summary>
    public required string Source { get; init; }

    public required long Count { get; init; }

    /// <summary>How many of them were looked at; what follows is about these.</summary>
    public required int Examined { get; init; }

    /// <summary>True while somebody replays, discards or looks: then nothing was looked at, and the count is of those that are not in their hands.</summary>
    public required bool IsBusy { get; init; }

    /// <summary>When the oldest died.</summary>
    public required DateTimeOffset? OldestAt { get; init; }

    /// <summary>The largest first.</summary>
    public required IReadOnlyList<DeadLetterGroup> Groups { get; init; }
}

/// <summary>Messages that died of the same thing.</summary>
/// <param name="ExceptionType">The exception's full name; null for messages that nobody wanted.</param>
/// <param name="Message">What the exception said.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">When the first of them died.</param>
/// <param name="LastAt">When the last of them died.</param>
/// <param name="JobIds">Some of their jobs.</param>
/// <param name="MessageIds">Some of their ids.</param>
sealed record DeadLetterGroup(
    string? ExceptionType, string Message, int Count, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, IReadOnlyList<Guid> JobIds, IReadOnlyList<Guid> MessageIds);

/// <summary>What a replay did.</summary>
/// <param name="Queue">The queue of dead letters.</param>
/// <param name="Source">Where they are now.</param>
/// <param name="Replayed">How many.</param>
/// <param name="Kept">How many of those that were there at the beginning still are.</param>
sealed record DeadLetterReplay(string Queue, string Source, int Replayed, int Kept);

/// <summary>What was discarded.</summary>
/// <param name="Queue">The queue of dead letters.</param>
/// <param name="Discarded">How many.</param>
/// <param name="Kept">How many of those that were there at the beginning still are.</param>
sealed record DeadLetterDiscard(string Queue, int Discarded, int Kept);
