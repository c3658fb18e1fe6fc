using BatchBus.Fetcher;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Fetcher;

public sealed class PaceTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Requests_are_evenly_spaced()
    {
        var clock = new FakeTimeProvider(Start) { AutoAdvanceAmount = TimeSpan.Zero };
        var pace = new Pace(600, null, clock);
        Assert.Equal(new double[] { 0, 100, 200, 300 }, await Turns(pace, clock, 4));
    }

    [Fact]
    public async Task A_late_request_pushes_the_later_ones_back()
    {
        var clock = new FakeTimeProvider(Start);
        var pace = new Pace(600, null, clock);
        await pace.Wait(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(new double[] { 250, 350 }, await Turns(pace, clock, 2));
    }

    [Fact]
    public async Task The_pace_holds_between_slices()
    {
        var clock = new FakeTimeProvider(Start);
        var pace = new Pace(600, Start.AddMilliseconds(70), clock);
        Assert.Equal(new double[] { 70, 170 }, await Turns(pace, clock, 2));
    }

    [Fact]
    public async Task Another_machines_wrong_clock_costs_one_turn_at_most()
    {
        var clock = new FakeTimeProvider(Start);
        var pace = new Pace(600, Start.AddHours(1), clock);
        Assert.Equal(new double[] { 100 }, await Turns(pace, clock, 1));
    }

    static async Task<double[]> Turns(Pace pace, FakeTimeProvider clock, int count)
    {
        var turns = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var turn = pace.Wait(TestContext.Current.CancellationToken);
            while (!turn.IsCompleted) clock.Advance(TimeSpan.FromMilliseconds(1));
            await turn;
            turns.Add((clock.GetUtcNow() - Start).TotalMilliseconds);
        }
        return [.. turns];
    }
}
