using BatchBus.Fetcher;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Fetcher;

public sealed class PaceTests
{
    // 605 a minute and a half second would have intervals of 100 ms.
    const int PerMinute = 605;

    static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _clock = new(Start);

    [Fact]
    public async Task Requests_are_evenly_spaced() =>
        Assert.Equal(new double[] { 0, 100, 200, 300 }, await Turns(new Pace(PerMinute, null, _clock), 4));

    [Fact]
    public async Task A_request_that_is_a_little_late_pushes_nobody_back()
    {
        var pace = new Pace(PerMinute, null, _clock);
        await pace.Wait(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMilliseconds(350));
        Assert.Equal(new double[] { 350, 350, 350, 400, 500 }, await Turns(pace, 5));
    }

    [Fact]
    public async Task A_request_that_is_very_late_pushes_the_later_ones_back()
    {
        var pace = new Pace(PerMinute, null, _clock);
        await pace.Wait(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(new double[] { 10_000, 10_000, 10_000, 10_050, 10_150 }, await Turns(pace, 5));
    }

    [Theory]
    [InlineData(70, new double[] { 70, 170 })]
    [InlineData(-70, new double[] { 0, 30, 130 })]
    [InlineData(-60_000, new double[] { 0, 0, 0, 50, 150 })] // a job that was paused
    public async Task The_pace_holds_between_slices(int notBefore, double[] turns) =>
        Assert.Equal(turns, await Turns(new Pace(PerMinute, Start.AddMilliseconds(notBefore), _clock), turns.Length));

    [Fact]
    public async Task Another_machines_wrong_clock_costs_one_turn_at_most() =>
        Assert.Equal(new double[] { 100 }, await Turns(new Pace(PerMinute, Start.AddHours(1), _clock), 1));

    [Fact]
    public async Task Quick_tries_take_the_turns_of_later_requests()
    {
        var pace = new Pace(PerMinute, null, _clock);
        await pace.Wait(TestContext.Current.CancellationToken);
        pace.Skip(2);
        Assert.Equal(new double[] { 300, 400 }, await Turns(pace, 2));
    }

    [Fact]
    public async Task While_Whop_asks_to_wait_nobody_has_a_turn()
    {
        var pace = new Pace(PerMinute, null, _clock);
        await pace.Wait(TestContext.Current.CancellationToken);
        var waiting = pace.Wait(TestContext.Current.CancellationToken); // another window, whose turn is after 100 ms
        pace.Rest(TimeSpan.FromSeconds(2));
        while (!waiting.IsCompleted) _clock.Advance(TimeSpan.FromMilliseconds(1));
        await waiting;
        Assert.Equal(2_000, (_clock.GetUtcNow() - Start).TotalMilliseconds);
        Assert.Equal(new double[] { 2_100, 2_200 }, await Turns(pace, 2));
    }

    /// <summary>Whatever a request waits for, and however often the slice ends and the next one begins.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_60_seconds_hold_more_than_allowed(int seed)
    {
        const int perMinute = 120;
        var random = new Random(seed);
        var pace = new Pace(perMinute, null, _clock);
        var starts = new List<double>();
        for (var request = 0; request < 10 * perMinute; request++)
        {
            if (random.Next(10) == 0) pace = new Pace(perMinute, pace.Next, _clock);
            starts.AddRange(await Turns(pace, 1));
            // Mostly quick, sometimes so slow that turns are missed.
            _clock.Advance(TimeSpan.FromMilliseconds(random.Next(20) == 0 ? random.Next(5_000) : random.Next(400)));
        }
        for (var first = 0; first + perMinute < starts.Count; first++) Assert.True(starts[first + perMinute] - starts[first] >= 60_000, $"From the {first}th on.");
    }

    async Task<double[]> Turns(Pace pace, int count)
    {
        var turns = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var turn = pace.Wait(TestContext.Current.CancellationToken);
            while (!turn.IsCompleted) _clock.Advance(TimeSpan.FromMilliseconds(1));
            await turn;
            turns.Add((_clock.GetUtcNow() - Start).TotalMilliseconds);
        }
        return [.. turns];
    }
}
