using BatchBus.Api.Jobs;
using BatchBus.Tests.Fast.Api;
using BatchBus.Whop;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Windows;

public sealed class WindowPlanTests : JobOnAClock
{
    static readonly DateTimeOffset Year = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, 1)]
    [InlineData(80, 1)]
    [InlineData(81, 2)]
    [InlineData(150, 2)]
    [InlineData(300, 4)]
    [InlineData(60_000, 8)] // the setting
    public void It_takes_as_many_windows_as_answers_are_under_way_at_the_keys_pace(int pageMs, int windows) =>
        Assert.Equal(windows, _plan.Wanted(TimeSpan.FromMilliseconds(pageMs)));

    [Fact]
    public void Of_a_list_that_may_filter_by_another_time_than_it_sorts_by_there_is_one_window()
    {
        var plan = new WindowPlan(Options.Create(new JobOptions()), Options.Create(new WhopOptions { ApiVersionDate = "2026-07-21" }), _clock);
        Assert.Equal((1, null), (plan.Wanted(TimeSpan.FromSeconds(5)), plan.SlowAfter));
    }

    [Theory]
    [InlineData(5.9, 4, 0)]
    [InlineData(6, 4, 2)]
    [InlineData(100, 4, 4)]
    [InlineData(100, 1, 0)]
    public void A_window_is_divided_only_where_enough_is_left(double pagesLeft, int wanted, int parts) =>
        Assert.Equal(parts, _plan.Choose([Window(0, pagesLeft)], wanted)?.Parts ?? 0);

    [Fact]
    public void The_window_with_the_most_left_is_divided_into_as_many_as_are_missing()
    {
        var windows = new[] { Window(0, 10, isDone: true), Window(1, 20), Window(2, 60), Window(3, 30) };
        Assert.Equal((windows[2], 3), _plan.Choose(windows, wanted: 5));
        Assert.Null(_plan.Choose(windows, wanted: 3));
    }

    [Fact]
    public void A_window_of_which_nobody_knows_how_far_it_is_stays_whole()
    {
        var unknown = Window(0, 100);
        unknown.Reached = null;
        Assert.Null(_plan.Choose([unknown], 4));
    }

    [Fact]
    public void What_takes_its_place_has_the_rest_of_it_without_a_gap()
    {
        var window = Window(0, 90);
        (window.CreatedTo, window.Pages) = (Year.AddDays(9), 7);
        var parts = _plan.Divide(window, 3, firstNumber: 1);
        Assert.Equal((true, 7), (window.IsDone, window.EndsAfter));
        Assert.Equal([1, 2, 3], parts.Select(part => part.Number));
        Assert.Equal([null, Year.AddDays(3), Year.AddDays(6)], parts.Select(part => part.CreatedFrom));
        Assert.Equal([Year.AddDays(3), Year.AddDays(6), Year.AddDays(9)], parts.Select(part => part.CreatedTo));
        Assert.Equal(["c", null, null], parts.Select(part => part.Cursor)); // the first goes on where it stood
        Assert.All(parts, part => Assert.Equal(30, part.PagesLeft));
    }

    [Fact]
    public void The_last_window_has_no_end_for_members_may_join()
    {
        var parts = _plan.Divide(Window(0, 90), 2, firstNumber: 1);
        Assert.Equal(parts[0].CreatedTo, parts[1].CreatedFrom);
        Assert.InRange(parts[1].CreatedFrom!.Value, Year, Now);
        Assert.Null(parts[1].CreatedTo);
    }

    [Fact]
    public void What_is_left_follows_the_density_of_the_last_pages()
    {
        var window = Window(1, 0);
        (window.CreatedTo, window.Reached) = (Year.AddDays(10), Year.AddDays(4));
        _plan.Estimate(window, Year, read: 8); // two a day
        Assert.Equal(12, window.PagesLeft, 6);
        _plan.Estimate(window, Year.AddDays(3), read: 8);
        Assert.Equal(48, window.PagesLeft, 6);
    }

    [Fact]
    public void Times_that_Whop_should_have_left_out_do_not_move_a_bound_out_of_the_window()
    {
        var window = Window(1, 90);
        (window.CreatedFrom, window.CreatedTo, window.Reached) = (Year.AddDays(10), Year.AddDays(20), Year.AddDays(-500));
        var parts = _plan.Divide(window, 2, firstNumber: 2);
        Assert.Equal(Year.AddDays(15), parts[1].CreatedFrom);
        Assert.Equal(Year.AddDays(-500), parts[0].Reached); // the next page may go on from there
        Assert.Equal(Year.AddDays(10), WindowPlan.After(window, 2).CreatedFrom);
    }

    [Fact]
    public async Task A_report_of_a_quick_Whop_divides_nothing_and_of_a_slow_one_what_is_left()
    {
        await Record(Report(2, "c2") with { PageTime = TimeSpan.FromMilliseconds(50) });
        Assert.Equal((0, "c2"), (_job.Windows, _job.Cursor));
        var slow = Report(2, "c4");
        await Record(slow with { PageTime = TimeSpan.FromMilliseconds(300), Windows = [slow.Windows[0] with { Reached = Year }], ExpectedMembers = 50_000 });
        Assert.Equal((5, 4, null), (_job.Windows, _job.PagesFetched, _job.Cursor));
    }

    [Fact]
    public async Task Few_members_are_read_with_one_cursor_however_slow_Whop_is()
    {
        var slow = Report(2, "c2");
        await Record(slow with { PageTime = TimeSpan.FromSeconds(5), Windows = [slow.Windows[0] with { Reached = Year }], ExpectedMembers = 700 });
        Assert.Equal((0, "c2"), (_job.Windows, _job.Cursor));
    }

    JobWindow Window(int number, double pagesLeft, bool isDone = false) => new()
    {
        JobId = _job.CorrelationId, Number = number, Cursor = "c", Pages = 1, Reached = Year, PagesLeft = pagesLeft, IsDone = isDone,
    };
}
