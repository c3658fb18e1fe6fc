using BatchBus.Api.Jobs;
using BatchBus.Contracts;

namespace BatchBus.Tests.Fast.Api;

public sealed class JobStallsTests : JobOnAClock
{
    [Fact]
    public void A_slice_that_is_taken_at_the_end_of_its_life_in_the_queue_may_take_its_time()
    {
        _steps.OpenSlice(_job);
        _clock.Advance(_stalls.SliceLifetime(_job) + TimeSpan.FromSeconds(9));
        Assert.False(_stalls.IsStalled(_job));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_stalls.IsStalled(_job));
    }

    [Fact]
    public void Stored_pages_show_nothing_of_a_slice_that_cannot_live_any_more()
    {
        _steps.OpenSlice(_job);
        _clock.Advance(TimeSpan.FromSeconds(34));
        Store(10);
        Assert.False(_stalls.IsStalled(_job));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_stalls.IsStalled(_job));
    }

    [Fact]
    public async Task Once_a_slice_is_over_the_job_has_its_patience_from_there_on()
    {
        _steps.OpenSlice(_job);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Record(Report(20, "c"));
        _clock.Advance(TimeSpan.FromSeconds(24));
        Assert.False(_stalls.IsStalled(_job));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_stalls.IsStalled(_job));
    }

    [Fact]
    public async Task Stored_pages_do_not_bring_back_a_slice_that_the_broker_has_dropped_meanwhile()
    {
        await Read(pages: 20);
        _steps.OpenSlice(_job);
        _clock.Advance(TimeSpan.FromSeconds(60)); // without a broker, which kept the pages and not the slice
        Store(30);
        Assert.True(_stalls.IsStalled(_job));
        await GiveUpSlice(new StoredPage(0, 30, IsLast: false, "c30"));
        Assert.True(_steps.MayFetch(_job));
        Assert.Equal((30, "c30"), (_job.PagesFetched, _job.Cursor)); // what is stored is not fetched again
    }

    [Fact]
    public async Task The_first_slice_is_sent_again_from_its_first_page_on_for_it_asks_how_many_members_there_are()
    {
        _steps.OpenSlice(_job);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Store(10);
        await GiveUpSlice(new StoredPage(0, 10, IsLast: false, "c10"));
        Assert.Equal((0, null), (_job.PagesFetched, _job.Cursor));
    }

    [Fact]
    public async Task The_patience_doubles_with_each_fruitless_drive_up_to_its_limit()
    {
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            _steps.OpenSlice(_job);
            waits.Add(_stalls.SliceLifetime(_job).TotalSeconds);
            Assert.Equal(waits[^1] + 10, (_job.StallsAt!.Value - _clock.GetUtcNow()).TotalSeconds);
            await GiveUpSlice(last: null);
        }
        Assert.Equal([25, 40, 70, 130, 250, 490, 610, 610, 610], waits);
    }

    [Fact]
    public async Task A_job_whose_pages_wait_behind_others_is_not_late()
    {
        await Read(pages: 20);
        _clock.Advance(TimeSpan.FromSeconds(20));
        _stalls.HeardOfPages(Other(JobPriority.Normal), TimeSpan.FromSeconds(40));
        _stalls.HeardOfPages(Other(JobPriority.Normal), TimeSpan.FromSeconds(1));
        _stalls.HeardOfPages(Other(JobPriority.Low), TimeSpan.FromSeconds(400));
        _clock.Advance(TimeSpan.FromSeconds(44)); // 25 and 40 are not over
        Assert.False(_stalls.IsStalled(_job));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_stalls.IsStalled(_job));
    }

    [Fact]
    public async Task A_slice_does_not_wait_for_pages_of_others()
    {
        await Read(pages: 20);
        _steps.OpenSlice(_job);
        _stalls.HeardOfPages(_job, TimeSpan.FromSeconds(40));
        _clock.Advance(TimeSpan.FromSeconds(35));
        Assert.True(_stalls.IsStalled(_job));
    }

    [Fact]
    public void What_was_told_of_the_pages_wait_is_forgotten_after_two_minutes_at_most()
    {
        var lag = new IngestLag(_clock);
        lag.Heard(JobPriority.High, TimeSpan.FromSeconds(40));
        lag.Heard(JobPriority.High, TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(TimeSpan.FromSeconds(40), lag.Of(JobPriority.High));
        lag.Heard(JobPriority.High, TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.Zero], lag.OfLevels());
        _clock.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal(TimeSpan.Zero, lag.Of(JobPriority.High));
    }

    [Fact]
    public async Task No_clock_that_goes_wrong_makes_a_job_wait_for_more_than_the_longest_stall_time()
    {
        await Read(pages: 20);
        _stalls.HeardOfPages(_job, TimeSpan.FromDays(3));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_stalls.IsStalled(_job));
        _clock.Advance(TimeSpan.FromSeconds(25) - TimeSpan.FromMinutes(1) + TimeSpan.FromMinutes(10));
        Assert.True(_stalls.IsStalled(_job));
    }

    static BatchJob Other(JobPriority level) =>
        new() { OwnerId = Guid.NewGuid(), AudienceId = Guid.NewGuid(), ConnectionId = Guid.NewGuid(), CreatedAt = Now, Priority = level };

    [Fact]
    public async Task Stored_pages_end_it_and_a_slice_s_report_alone_does_not()
    {
        _steps.OpenSlice(_job);
        await GiveUpSlice(last: null);
        Assert.Equal((1, "stalled"), (_job.Drives, _job.ErrorCode));
        await Read(pages: 20);
        Assert.Equal(1, _job.Drives);
        Assert.False(_steps.MayFetch(_job)); // 20 pages wait, and whatever swallowed the others may swallow these
        Store(10);
        Assert.Equal((0, null), (_job.Drives, _job.ErrorCode));
        Assert.True(_steps.MayFetch(_job));
    }

    [Fact]
    public void A_job_that_waits_for_Whop_does_not_stall()
    {
        (_job.ResumeAt, _job.StallsAt) = (Now.AddHours(1), Now.AddMinutes(-1));
        Assert.False(_stalls.IsStalled(_job));
    }

    [Fact]
    public void The_connection_stays_busy_until_the_last_slice_reports_or_cannot_live_any_more()
    {
        _steps.OpenSlice(_job);
        JobStalls.Leave(_job);
        Assert.Equal(Now.AddSeconds(25 + 10), _job.ConnectionBusyUntil);
        _job.SliceSentAt = null; // as when the job ends
        var report = Report(20, "c") with { NextRequestAt = Now.AddSeconds(7) };
        Assert.True(JobSteps.IsTrailingSlice(_job, report.Slice));
        JobSteps.RecordTrailingSlice(_job, report);
        Assert.Equal((null, Now.AddSeconds(7), 0, 20L), (_job.ConnectionBusyUntil, _job.NextRequestAt, _job.PagesFetched, _job.ApiCalls));
        Assert.False(JobSteps.IsTrailingSlice(_job, report.Slice));
    }

    async Task GiveUpSlice(StoredPage? last)
    {
        _windows.Stored = last is null ? [] : [last];
        await _reading.GoForthToStored(_job, TestContext.Current.CancellationToken);
        _stalls.GiveUpSlice(_job);
    }

    async Task Read(int pages)
    {
        _steps.OpenSlice(_job);
        await Record(Report(pages, "c"));
    }

    void Store(int pages) =>
        _steps.RecordTotals(_job, new PagesIngested { JobId = _job.CorrelationId, Pages = pages, Totals = new MemberTotals(pages * 100, pages * 100, 0, 0, 0) });
}
