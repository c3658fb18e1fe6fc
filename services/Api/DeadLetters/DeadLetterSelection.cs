using BatchBus.Api.Http;

namespace BatchBus.Api.DeadLetters;

/// <summary>Which messages are meant: one of <c>all</c>, <c>exceptionType</c> and <c>messageIds</c>, so that an empty body never means everything.</summary>
/// <param name="All">True for all of them.</param>
/// <param name="ExceptionType">Those that died of this exception: its full name, or the part after the last dot.</param>
/// <param name="MessageIds">These messages.</param>
/// <param name="Limit">So many at most; as many as there are when not given.</param>
sealed record DeadLetterSelection(bool? All, string? ExceptionType, IReadOnlyList<Guid>? MessageIds, int? Limit)
{
    const int MostIds = 1000;

    public Checks Check()
    {
        var ways = (All is true ? 1 : 0) + (ExceptionType is null ? 0 : 1) + (MessageIds is null ? 0 : 1);
        var checks = new Checks()
            .That("all", ways == 1 && All is not false, "Say which messages are meant, in one way: \"all\": true, or exceptionType, or messageIds.")
            .That("messageIds", MessageIds is not { Count: 0 or > MostIds }, $"messageIds has 1 to {MostIds} ids.")
            .That("limit", Limit is null or >= 1, "limit is a number from 1 on.");
        return ExceptionType is null ? checks : checks.Text("exceptionType", ExceptionType, 500);
    }

    public bool Includes(DeadLetter letter) =>
        MessageIds is not null ? letter.MessageId is { } id && MessageIds.Contains(id)
        : ExceptionType is null || letter.ExceptionType == ExceptionType || letter.ExceptionType?.EndsWith($".{ExceptionType}", StringComparison.Ordinal) is true;
}
