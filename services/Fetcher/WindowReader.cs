using BatchBus.Contracts;
using BatchBus.Whop;

namespace BatchBus.Fetcher;

/// <summary>Reads one window of a slice, page after page, beside the others.</summary>
sealed class WindowReader(FetchMembers slice, FetchWindow window, SliceLimits limits, Func<MemberPage, Task> emit)
{
    int _pages;
    string? _cursor = window.Cursor;
    bool _hasEnded;
    DateTimeOffset? _reached = window.Reached;
    bool _isInOrder = true;

    /// <summary>Where the window begins; null at the company's first member.</summary>
    public DateTimeOffset? From => window.From;

    /// <summary>The requests that were made for it.</summary>
    public WhopRequests Requests { get; } = new();

    /// <summary>Reads until the window or the slice ends.</summary>
    /// <param name="read">Reads the page after a cursor, when its turn has come.</param>
    public async Task Read(Func<string?, WhopRequests, Task<(WhopPage Page, TimeSpan Took)>> read)
    {
        var emitted = Task.CompletedTask;
        try
        {
            while (!_hasEnded && limits.TryTake())
            {
                var number = window.FirstPage + _pages;
                Requests.Page = number;
                var (page, took) = await read(_cursor, Requests);
                Follow(page.Members);
                CheckEnd(page, number);
                var isLast = page.IsLast || number == window.LastPage || _reached >= window.To;
                var total = limits.HasRead(took, isLast);
                await emitted; // the broker confirms one page while Whop sends the next
                emitted = emit(MemberPages.Of(slice, window, number, page, isLast, Reached, total));
                (_pages, _cursor, _hasEnded) = (_pages + 1, page.NextCursor, isLast);
            }
        }
        catch (WhopException e)
        {
            limits.End(new FetchStop(e.Code, e.Message, e.IsFinal, e.RetryAfter));
        }
        catch
        {
            limits.Abandon();
            throw;
        }
        await emitted;
    }

    DateTimeOffset? Reached => _isInOrder ? _reached : null;

    /// <summary>How far it got; the pages that it counts have been emitted.</summary>
    public WindowFetched Report() => new()
    {
        FirstPage = window.FirstPage, Pages = _pages, NextCursor = _pages > 0 ? _cursor : null, ReachedEnd = _hasEnded, Reached = Reached,
    };

    // Where the window was divided the others begin. Shorter pages than before would end it too early, and leave out who is between.
    void CheckEnd(WhopPage page, int number)
    {
        if (number == window.LastPage && _reached < window.LastReached && !page.IsLast) throw new WhopException(WhopErrorCodes.BadResponse,
            "Whop's pages are shorter than when the job read them first; set Whop__PageSize back to what it was and retry the job, or create the list again.");
    }

    /// <summary>Follows the times by which the list is sorted: a window that ends by them depends on it.</summary>
    void Follow(IReadOnlyList<WhopMember> members)
    {
        foreach (var member in members)
        {
            _isInOrder &= !(member.CreatedAt < _reached); // one without a time says nothing
            _reached = member.CreatedAt ?? _reached;
        }
        if (window.To is not null && !_isInOrder) throw new WhopException(WhopErrorCodes.BadResponse,
            "Whop's list is not in the order of created_at that was asked for, and the job reads it in windows of that time; set Jobs__MaxWindows to 1 and create the list again.");
    }
}
