using BatchBus.Api.Jobs;
using BatchBus.Tests.Fast.Api;

namespace BatchBus.Tests.Fast.Windows;

public sealed class JobReadingTests : JobOnAClock
{
    static readonly DateTimeOffset Year = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Who_joined_meanwhile_is_asked_for_though_the_last_report_was_lost()
    {
        Divided();
        await _reading.GoForthToStored(_job, TestContext.Current.CancellationToken);
        await TheRestIsWhoJoined();
    }

    [Fact]
    public async Task Who_joined_meanwhile_is_asked_for_though_the_job_was_cancelled_before_the_last_report()
    {
        Divided();
        await _reading.GoToStored(_job, TestContext.Current.CancellationToken);
        await TheRestIsWhoJoined();
    }

    [Fact]
    public async Task A_window_goes_back_to_what_is_stored_of_it_and_knows_where_that_is()
    {
        Divided();
        _windows.Stored = [new StoredPage(0, 2, false, "c"), new StoredPage(1, 1, false, "c1", Year.AddDays(2))];
        await _reading.GoToStored(_job, TestContext.Current.CancellationToken);
        var rest = await _reading.Rest(_job, TestContext.Current.CancellationToken);
        Assert.Equal([(1_000_002, "c1", Year.AddDays(2)), (2_000_001, null, null)], rest.Select(window => window.Rest()).Select(window => (window.FirstPage, window.Cursor, window.Reached)));
        Assert.Equal(3, _job.PagesFetched);
    }

    /// <summary>A job with three windows: one ended where it was divided, one whose last page is stored and not reported, and the youngest, which is done.</summary>
    void Divided()
    {
        _windows.Keep(_job,
        [
            new JobWindow { JobId = _job.CorrelationId, Number = 0, Pages = 2, EndsAfter = 2, IsDone = true },
            new JobWindow { JobId = _job.CorrelationId, Number = 1, Pages = 3, Cursor = "c3", CreatedTo = Year.AddDays(10) },
            new JobWindow { JobId = _job.CorrelationId, Number = 2, Pages = 4, CreatedFrom = Year.AddDays(10), Reached = Year.AddDays(20), IsDone = true },
        ]);
        _windows.Stored =
        [
            new StoredPage(0, 2, false, "c"), new StoredPage(1, 4, true, null, Year.AddDays(9)), new StoredPage(2, 4, true, null, Year.AddDays(20)),
        ];
    }

    async Task TheRestIsWhoJoined()
    {
        Assert.False(_job.FetchedAll);
        var last = Assert.Single(await _reading.Rest(_job, TestContext.Current.CancellationToken));
        Assert.Equal((3, Year.AddDays(20).AddMicroseconds(1), null), (last.Number, last.CreatedFrom, last.CreatedTo));
    }
}
