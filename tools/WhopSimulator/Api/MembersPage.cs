namespace BatchBus.WhopSimulator.Api;

/// <summary>One page, as indices; the members are made when it is written.</summary>
sealed record MembersPage
{
    public required MembersQuery Query { get; init; }
    public required IReadOnlyList<int> Indices { get; init; }

    /// <summary>Number of the page from 1, in the whole list of its direction, if all pages have this size.</summary>
    public required int Number { get; init; }

    public required bool HasNext { get; init; }
    public required bool HasPrevious { get; init; }
    public required string? StartCursor { get; init; }

    /// <summary>Null on the last page.</summary>
    public required string? EndCursor { get; init; }

    /// <summary>True when Whop withholds the e-mails although the answer is 200.</summary>
    public bool EmailsWithdrawn { get; init; }

    public static MembersPage Select(MembersQuery query)
    {
        var list = new SortedMembers(query);
        var start = Start(query, list);
        var end = query.Before is { } before ? Math.Min(list.PositionOf(before), list.Length) : list.Length;
        var positions = query.FromEnd ? list.TakeLast(start, end) : list.TakeFirst(start, end);
        var (first, last) = positions.Count > 0 ? (positions[0], positions[^1]) : (start, start - 1);
        var hasNext = list.AnyFrom(last + 1);
        return new MembersPage
        {
            Query = query,
            Indices = [.. positions.Select(list.IndexAt)],
            Number = NumberOf(query),
            HasNext = hasNext,
            HasPrevious = list.AnyBefore(first),
            StartCursor = positions.Count > 0 ? list.CursorAt(first) : null,
            EndCursor = positions.Count > 0 && hasNext ? list.CursorAt(last) : null,
        };
    }

    /// <summary>Number of the page that a query asks for, before any member of it is looked at.</summary>
    public static int NumberOf(MembersQuery query) => (Before(query) + Start(query, new SortedMembers(query))) / query.PageSize + 1;

    // Those that the two times leave out before the first.
    static int Before(MembersQuery query) => query.IsDescending ? query.Company.Members - query.EndIndex : query.FirstIndex;

    static int Start(MembersQuery query, SortedMembers list) => query.After is { } after ? Math.Max(list.PositionOf(after) + 1, 0) : 0;
}
