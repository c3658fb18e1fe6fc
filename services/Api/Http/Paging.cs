namespace BatchBus.Api.Http;

/// <summary>What stands in a list that is sorted newest first, as a row and as it is shown.</summary>
interface IListed
{
    Guid Id { get; }
    DateTimeOffset CreatedAt { get; }
}

/// <summary>Lists are read a page at a time. One row more than a page is read, which tells whether there is another page.</summary>
static class Paging
{
    public static Checks Limit(this Checks checks, int limit, int most = 200) =>
        checks.That("limit", limit >= 1 && limit <= most, $"limit is a number from 1 to {most}.");

    /// <summary>The newest rows, or those that come after <paramref name="before"/> in that order: a page, and one more.</summary>
    public static IQueryable<T> Newest<T>(this IQueryable<T> rows, Keyset? before, int limit) where T : class, IListed
    {
        if (before is { CreatedAt: var mark, Id: var id }) rows = rows.Where(row => row.CreatedAt <= mark && (row.CreatedAt < mark || row.Id < id));
        return rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(limit + 1);
    }

    /// <summary>The page, and what to ask for the next one with; null on the last.</summary>
    public static (IReadOnlyList<T> Items, string? Next) Page<T>(this IReadOnlyList<T> found, int limit) where T : IListed =>
        found.Page(limit, last => new Keyset(last.CreatedAt, last.Id).ToString());

    /// <summary>The same for a list in another order.</summary>
    public static (IReadOnlyList<T> Items, string? Next) Page<T>(this IReadOnlyList<T> found, int limit, Func<T, string> mark)
    {
        if (found.Count <= limit) return (found, null);
        var items = found.Take(limit).ToList();
        return (items, mark(items[^1]));
    }
}
