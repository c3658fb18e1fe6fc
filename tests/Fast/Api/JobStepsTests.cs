using BatchBus.Api.Jobs;
using BatchBus.Contracts;

namespace BatchBus.Tests.Fast.Api;

public sealed class JobStepsTests : JobOnAClock
{
    [Fact]
    public async Task A_report_moves_the_cursor_once()
    {
        _steps.OpenSlice(_job);
        var report = Report(pages: 20, cursor: "c20");
        Assert.True(JobSteps.IsLatestSlice(_job, report));
        await Record(report);
        Assert.Equal((20, "c20"), (_job.PagesFetched, _job.Cursor));
        Assert.False(JobSteps.IsLatestSlice(_job, report));
    }

    [Theory]
    [InlineData(1, false, true)]
    [InlineData(0, false, false)]
    [InlineData(10, true, false)]
    [InlineData(11, true, true)]
    public void E_mails_are_withheld_when_nobody_has_one_unless_they_are_a_few_new_members(int members, bool isOfTheNew, bool areWithheld)
    {
        (_job.MembersFetched, _job.WithoutEmail, _job.ReadFrom) = (members, members, isOfTheNew ? Now : null);
        Assert.Equal(areWithheld, JobEnds.AreEmailsWithheld(_job));
    }

    [Fact]
    public void A_report_of_an_earlier_slice_is_late()
    {
        _steps.OpenSlice(_job);
        var late = Report(pages: 20, cursor: "c20");
        _steps.OpenSlice(_job);
        Assert.False(JobSteps.IsLatestSlice(_job, late));
    }

    [Fact]
    public async Task Pages_before_a_stop_count_and_the_job_waits_as_long_as_Whop_asks()
    {
        _steps.OpenSlice(_job);
        var report = Report(pages: 3, cursor: "c3", stop: new FetchStop("whop_rate_limited", "Spent.", false, TimeSpan.FromSeconds(12)));
        await Record(report);
        Assert.Equal((3, "c3", 1, Now.AddSeconds(12)), (_job.PagesFetched, _job.Cursor, _job.Retries, _job.ResumeAt));
        Assert.False(_steps.MayFetch(_job));
        Assert.False(JobSteps.IsHopeless(_job, report));
    }

    [Fact]
    public async Task Without_a_hint_the_wait_doubles_up_to_its_limit()
    {
        var waits = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            _steps.OpenSlice(_job);
            await Record(Report(0, null, new FetchStop("whop_unavailable", "Down.", false, null)));
            waits.Add((_job.ResumeAt!.Value - Now).TotalSeconds);
        }
        Assert.InRange(waits[0], 1.6, 2);
        Assert.InRange(waits[3], 12.8, 16);
        Assert.InRange(waits[11], 240, 300);
    }

    [Fact]
    public async Task Progress_forgives_the_retries_before_it()
    {
        for (var i = 0; i < 5; i++) await Stop();
        _steps.OpenSlice(_job);
        await Record(Report(1, "c1"));
        Assert.Equal((0, null), (_job.Retries, _job.ErrorCode));
    }

    [Fact]
    public async Task A_job_gives_up_after_its_retries()
    {
        _job.MaxRetries = 2;
        Assert.False(JobSteps.IsHopeless(_job, await Stop()));
        Assert.False(JobSteps.IsHopeless(_job, await Stop()));
        Assert.True(JobSteps.IsHopeless(_job, await Stop()));
    }

    [Fact]
    public void A_final_stop_is_final_at_once() =>
        Assert.True(JobSteps.IsHopeless(_job, Report(0, null, new FetchStop("whop_unauthorized", "No.", true, null))));

    [Theory]
    [InlineData(0, true)]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void No_slice_is_sent_while_too_many_pages_wait(int waiting, bool mayFetch)
    {
        (_job.PagesFetched, _job.PagesIngested) = (100 + waiting, 100);
        Assert.Equal(mayFetch, _steps.MayFetch(_job));
    }

    [Fact]
    public void Totals_never_go_back()
    {
        _steps.RecordTotals(_job, Totals(20, 2_000));
        _steps.RecordTotals(_job, Totals(10, 1_000));
        Assert.Equal((20, 2_000), (_job.PagesIngested, _job.MembersFetched));
        _steps.RecordTotals(_job, Totals(20, 2_005));
        Assert.Equal((20, 2_005), (_job.PagesIngested, _job.MembersFetched));
    }

    [Fact]
    public void A_wait_ends_only_when_its_time_has_come()
    {
        _job.ResumeAt = Now.AddSeconds(1);
        _steps.EndWait(_job);
        Assert.NotNull(_job.ResumeAt);
        _job.ResumeAt = Now;
        _steps.EndWait(_job);
        Assert.Null(_job.ResumeAt);
    }

    [Fact]
    public async Task What_Whop_asks_for_is_waited_to_the_tick_whatever_the_own_back_off_would_be()
    {
        foreach (var wait in new[] { 0.5, 12, 61, 3600 })
        {
            _steps.OpenSlice(_job);
            await Record(Report(0, null, new FetchStop("whop_rate_limited", "Spent.", false, TimeSpan.FromSeconds(wait))));
            Assert.Equal(Now.AddSeconds(wait), _job.ResumeAt);
        }
    }

    [Theory]
    [InlineData(0, 240, 300)]
    [InlineData(30, 240, 300)]
    [InlineData(3600, 3600, 3600)]
    public async Task A_server_that_is_down_is_given_its_time_also_when_it_asks_for_less(double asked, double least, double most)
    {
        for (var i = 0; i < 12; i++)
        {
            _steps.OpenSlice(_job);
            await Record(Report(0, null, new FetchStop("whop_unavailable", "Down.", false, TimeSpan.FromSeconds(asked))));
        }
        Assert.InRange((_job.ResumeAt!.Value - Now).TotalSeconds, least, most);
    }

    [Fact]
    public async Task The_own_back_off_differs_from_job_to_job()
    {
        var waits = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            _job.Retries = 0;
            await Stop();
            waits.Add((_job.ResumeAt!.Value - Now).TotalSeconds);
        }
        Assert.All(waits, wait => Assert.InRange(wait, 1.6, 2));
        Assert.True(waits.Distinct().Count() > 40);
    }

    [Fact]
    public async Task The_last_error_and_the_next_try_stand_in_the_row_until_there_is_progress()
    {
        await Stop();
        Assert.Equal(("whop_unavailable", "Down.", 1), (_job.ErrorCode, _job.ErrorMessage, _job.Retries));
        Assert.True(_job.ResumeAt > Now);
        _steps.OpenSlice(_job);
        await Record(Report(1, "c1"));
        Assert.Equal((null, null, 0), (_job.ErrorCode, _job.ErrorMessage, _job.Retries));
    }

    [Fact]
    public async Task Text_that_the_row_cannot_hold_is_cleaned()
    {
        _steps.OpenSlice(_job);
        await Record(Report(0, null, new FetchStop("whop_unavailable", "Do\0wn \uD800.", false, null)));
        Assert.Equal("Down \uFFFD.", _job.ErrorMessage);
    }

    [Theory]
    [InlineData(JobPriority.Low, 5, 0, 1)]
    [InlineData(JobPriority.Low, 25, 0, 5)]
    [InlineData(JobPriority.Low, 25, 1, 6)]
    [InlineData(JobPriority.Normal, 600, 1, 8)]
    [InlineData(JobPriority.Vip, 600, 0, 7)]
    public void A_job_keeps_on_the_broker_what_it_rose_by_waiting(JobPriority priority, int waitedMinutes, int pages, byte onBroker)
    {
        var job = new BatchJob
        {
            OwnerId = _job.OwnerId, AudienceId = _job.AudienceId, ConnectionId = _job.ConnectionId, Priority = priority,
            CreatedAt = Now.AddMinutes(-waitedMinutes), PagesFetched = pages,
        };
        _steps.Begin(job, null);
        _clock.Advance(TimeSpan.FromHours(5)); // what it waits for while it runs lifts nobody
        Assert.Equal(onBroker, MessagePriority.Of(job));
        Assert.Equal(2 * (int)priority + 2, MessagePriority.OfPages(job)); // those of a new job do not wait behind those of begun or risen ones
    }

    [Fact]
    public void A_job_begins_at_the_pace_that_the_last_job_of_its_connection_left()
    {
        _steps.Begin(_job, Now.AddSeconds(3));
        Assert.Equal(Now.AddSeconds(3), _job.NextRequestAt);
        _steps.Begin(_job, Now.AddSeconds(1));
        Assert.Equal(Now.AddSeconds(3), _job.NextRequestAt);
    }

    async Task<MembersFetched> Stop()
    {
        _steps.OpenSlice(_job);
        var report = Report(0, null, new FetchStop("whop_unavailable", "Down.", false, null));
        await Record(report);
        return report;
    }

    PagesIngested Totals(int pages, long members) =>
        new() { JobId = _job.CorrelationId, Pages = pages, Totals = new MemberTotals(members, members, 0, 0, 0) };

}
