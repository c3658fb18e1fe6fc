using BatchBus.Contracts;
using BatchBus.Whop;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

/// <summary>
/// How many windows a company is read in, and where they begin. A cursor gives one page after the other, so where Whop takes longer to answer than the key's
/// pace has between two requests, it takes several cursors to use the key's whole budget. As windows come to their ends, those with the most left are divided.
/// </summary>
sealed class WindowPlan(IOptions<JobOptions> jobs, IOptions<WhopOptions> whop, TimeProvider clock)
{
    // A window costs up to a request more than its pages: it ends in the middle of one.
    const int LeastPages = 3;

    // Members within so short a time are not worth another window, or all were created at once, by an import.
    static readonly TimeSpan LeastTime = TimeSpan.FromMinutes(1);

    // A cursor is idle between slices, and no answer takes as long as the last.
    const double Margin = 1.25;

    readonly TimeSpan _interval = TimeSpan.FromMinutes(1) / whop.Value.RequestsPerMinute;

    readonly int _most = whop.Value.FiltersByCreation ? jobs.Value.MaxWindows : 1;

    /// <summary>How slow Whop must be for a second window to help; null when there may be none.</summary>
    public TimeSpan? SlowAfter => _most > 1 ? _interval / Margin : null;

    /// <summary>Estimates anew what is left of a window, after a report.</summary>
    /// <param name="window">The window, as it is after the report.</param>
    /// <param name="before">Where it was before.</param>
    /// <param name="read">Pages that were read in between.</param>
    public void Estimate(JobWindow window, DateTimeOffset? before, int read)
    {
        if (window.Reached is { } reached && (before ?? window.CreatedFrom) is { } since && reached > since)
            window.PagesLeft = read * ((window.CreatedTo ?? clock.GetUtcNow()) - reached) / (reached - since);
    }

    /// <summary>What is left of a job that has one window; without Whop's count it may be anything.</summary>
    public double Left(int? expectedMembers, int pages) =>
        expectedMembers is { } members ? Math.Max((double)members / whop.Value.PageSize - pages, 0) : double.MaxValue;

    /// <summary>How many windows it takes when Whop needs so long for a page.</summary>
    public int Wanted(TimeSpan pageTime) => (int)Math.Clamp(Math.Ceiling(Margin * (pageTime / _interval)), 1, _most);

    /// <summary>The window to divide, and into how many; null when there are windows enough, or none is worth it.</summary>
    public (JobWindow Window, int Parts)? Choose(IReadOnlyList<JobWindow> windows, int wanted)
    {
        var missing = Math.Min(wanted - windows.Count(window => !window.IsDone), PageNumbers.MaxWindows - windows.Count - 1);
        if (missing < 1 || windows.Where(CanBeDivided).MaxBy(window => window.PagesLeft) is not { } largest) return null;
        var parts = (int)Math.Min(missing + 1, largest.PagesLeft / LeastPages);
        return parts < 2 ? null : (largest, parts);
    }

    /// <summary>True when one of several windows that are read side by side is worth dividing, were there fewer of them.</summary>
    public bool CanDivide(IReadOnlyList<JobWindow> open) => open.Count > 1 && Choose(open, open.Count + 1) is not null;

    bool CanBeDivided(JobWindow window) =>
        window is { IsDone: false, EndsAfter: null, Cursor: not null, Reached: { } reached } && (window.CreatedTo ?? clock.GetUtcNow()) - reached > LeastTime;

    /// <summary>Ends a window where it stands; the first of those that take its place goes on with its cursor, the others begin at their times.</summary>
    public IReadOnlyList<JobWindow> Divide(JobWindow window, int parts, int firstNumber)
    {
        var reached = Later(window.Reached!.Value, window.CreatedFrom);
        var length = (window.CreatedTo ?? clock.GetUtcNow()) - reached;
        DateTimeOffset Bound(int part) => Whole(reached + length * ((double)part / parts));
        (window.EndsAfter, window.EndsAt, window.IsDone) = (window.Pages, window.Reached, true);
        return
        [
            .. Enumerable.Range(0, parts).Select(part => new JobWindow
            {
                JobId = window.JobId,
                Number = firstNumber + part,
                CreatedFrom = part == 0 ? window.CreatedFrom : Bound(part),
                CreatedTo = part == parts - 1 ? window.CreatedTo : Bound(part + 1),
                StartCursor = part == 0 ? window.Cursor : null,
                Cursor = part == 0 ? window.Cursor : null,
                Reached = part == 0 ? window.Reached : null, // as it is: what comes next may lie before the window's start, too
                PagesLeft = window.PagesLeft / parts,
            }),
        ];
    }

    /// <summary>The window of those who were created after the last member of the youngest window.</summary>
    public static JobWindow After(JobWindow youngest, int number) =>
        new() { JobId = youngest.JobId, Number = number, CreatedFrom = youngest.Reached is { } reached ? Later(reached.AddMicroseconds(1), youngest.CreatedFrom) : youngest.CreatedFrom };

    static DateTimeOffset Later(DateTimeOffset time, DateTimeOffset? other) => other > time ? other.Value : time;

    // Whop's times have milliseconds, and PostgreSQL's have fewer digits than .NET's.
    static DateTimeOffset Whole(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, time.Offset);
}
