using BatchBus.Contracts;

namespace BatchBus.Api.Jobs;

/// <summary>
/// A part of a company, by the time when its members were created, that is read with a cursor of its own. What it is never changes: where a window is
/// divided, it ends after the pages that it has, and others begin. So a page means the same whenever it comes.
/// </summary>
sealed class JobWindow
{
    public required Guid JobId { get; set; }

    /// <summary>Its number in the job, from 0.</summary>
    public required int Number { get; set; }

    /// <summary>Members from this time on are the window's; null from the first one on.</summary>
    public DateTimeOffset? CreatedFrom { get; set; }

    /// <summary>Members before this time are the window's; null to the last one.</summary>
    public DateTimeOffset? CreatedTo { get; set; }

    /// <summary>Whop's cursor before the first page; null where the window begins by its time.</summary>
    public string? StartCursor { get; set; }

    /// <summary>Whop's cursor after the last page that was read.</summary>
    public string? Cursor { get; set; }

    /// <summary>Pages read.</summary>
    public int Pages { get; set; }

    /// <summary>The pages after which its rest became other windows; null where the members say where it ends.</summary>
    public int? EndsAfter { get; set; }

    /// <summary>When the last member on the last of those pages was created.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    public bool IsDone { get; set; }

    /// <summary>When the last member that was read was created; null while that is not known for sure.</summary>
    public DateTimeOffset? Reached { get; set; }

    /// <summary>How many pages are left, by estimate.</summary>
    public double PagesLeft { get; set; }

    /// <summary>The number in the job of its first page.</summary>
    public int FirstPage => PageNumbers.FirstOf(Number);

    /// <summary>What the next slice reads of it.</summary>
    public FetchWindow Rest() => new()
    {
        FirstPage = FirstPage + Pages, Cursor = Cursor, From = CreatedFrom, To = CreatedTo, Reached = Reached, LastPage = EndsAfter is { } pages ? FirstPage + pages - 1 : null, LastReached = EndsAt,
    };

    /// <summary>Takes over what a slice has read.</summary>
    public void Advance(WindowFetched read)
    {
        if (read.Pages == 0) return;
        (Pages, Cursor, IsDone, Reached) = (Pages + read.Pages, read.NextCursor, read.ReachedEnd, read.Reached);
    }

    /// <summary>Goes to the last page that is stored without a gap, back or forth.</summary>
    public void GoTo(StoredPage? last)
    {
        (Pages, Cursor, IsDone, Reached) = last is null ? (0, StartCursor, false, null) : (last.Number, last.NextCursor, last.IsLast, last.Reached);
        IsDone |= Pages == EndsAfter;
    }
}
