namespace BatchBus.Api.Admission;

/// <summary>
/// How long admission rests after a look. A flood of new jobs wakes it without end; the longer the queue and the look, the longer it rests, so that
/// PostgreSQL has time for the others. For a vip job it rests only as long as it looked.
/// </summary>
sealed class LookRest
{
    const int Factor = 19;

    // A look that hung on a server in trouble must not keep admission away for minutes once the trouble is over.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    TimeSpan _before;

    /// <summary>After a look that took so long. One slow look alone says nothing of the queue: the first one of a process is slow, and so is one that had to wait.</summary>
    /// <returns>The rest that it takes in any case, and how much longer it rests unless something urgent comes. Together at most 5 s.</returns>
    public (TimeSpan Always, TimeSpan UnlessUrgent) After(TimeSpan look)
    {
        var usual = look < _before ? look : _before;
        _before = look;
        var always = Shorter(usual, Longest);
        return (always, Shorter(Factor * usual, Longest) - always);
    }

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
