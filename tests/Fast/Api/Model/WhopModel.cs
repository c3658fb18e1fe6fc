using System.Globalization;
using BatchBus.Contracts;

namespace BatchBus.Tests.Fast.Api.Model;

/// <summary>A page that Fetcher emits.</summary>
/// <param name="Number">Its number in the job.</param>
/// <param name="Content">Which page of the company is on it; null when nothing is left of it after what is another window's.</param>
/// <param name="IsLast">True on its window's last.</param>
/// <param name="NextCursor">Whop's cursor after it.</param>
/// <param name="Reached">When the last member up to here was created.</param>
/// <param name="TotalPages">How many pages the job has, if it is the last of all.</param>
sealed record ModelPage(int Number, int? Content, bool IsLast, string? NextCursor, DateTimeOffset? Reached, int? TotalPages);

/// <summary>
/// A company of some pages, one created each ten minutes up to the job's own time, and a Fetcher that reads windows of it as the real one does. The members of
/// a page were created at one moment, so a window has a page whole or not at all.
/// </summary>
sealed class WhopModel(int companyPages, DateTimeOffset now)
{
    public (IReadOnlyList<WindowFetched> Windows, IReadOnlyList<ModelPage> Pages) Read(FetchMembers slice, int most, int firstWindow)
    {
        var (reports, emitted, open) = (new WindowFetched[slice.Windows.Count], new List<ModelPage>(), slice.Windows.Count);
        for (var turn = 0; turn < reports.Length; turn++)
        {
            var nth = (firstWindow + turn) % reports.Length; // windows side by side: any may be ahead
            var window = slice.Windows[nth];
            var (pages, cursor, hasEnded, reached) = (0, window.Cursor, false, window.Reached);
            for (var left = turn == reports.Length - 1 ? most : most - most / 2; left > 0 && most > 0 && !hasEnded; left--, most--)
            {
                var page = cursor is null ? First(window.From) : int.Parse(cursor.AsSpan(1), CultureInfo.InvariantCulture) + 1;
                var isThere = page <= companyPages;
                if (isThere) reached = Created(page);
                var number = window.FirstPage + pages;
                hasEnded = page >= companyPages || number == window.LastPage || reached >= window.To;
                if (hasEnded) open--;
                cursor = page >= companyPages ? null : CursorAfter(page);
                int? total = open == 0 ? slice.PagesBefore + emitted.Count + 1 : null;
                emitted.Add(new ModelPage(number, isThere && !(reached >= window.To) ? page : null, hasEnded, cursor, reached, total));
                pages++;
            }
            reports[nth] = new WindowFetched { FirstPage = window.FirstPage, Pages = pages, NextCursor = pages > 0 ? cursor : null, ReachedEnd = hasEnded, Reached = reached };
        }
        return (reports, emitted);
    }

    public static string CursorAfter(int page) => string.Create(CultureInfo.InvariantCulture, $"c{page}");

    DateTimeOffset Created(int page) => now - TimeSpan.FromMinutes(10 * (companyPages - page + 1));

    int First(DateTimeOffset? from) => from is null ? 1 : Enumerable.Range(1, companyPages).FirstOrDefault(page => Created(page) >= from, companyPages + 1);
}
