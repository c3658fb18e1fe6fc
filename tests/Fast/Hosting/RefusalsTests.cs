using BatchBus.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace BatchBus.Tests.Fast.Hosting;

public sealed class RefusalsTests
{
    static readonly Uri Pages = new("rabbitmq://broker/pages"), Reports = new("rabbitmq://broker/reports");

    readonly FakeTimeProvider _clock = new();
    readonly Refusals _refusals;

    public RefusalsTests() => _refusals = new Refusals(_clock);

    [Fact]
    public void A_connection_is_replaced_when_all_was_refused_for_five_seconds()
    {
        Assert.Null(_refusals.Add(Pages));
        Pass(4.9);
        Assert.Null(_refusals.Add(Pages));
        Pass(0.1);
        Assert.Equal(5, _refusals.Add(Pages)?.TotalSeconds);
        Assert.Null(_refusals.Add(Pages));
    }

    [Fact]
    public void What_is_taken_in_between_ends_it_for_its_destination_alone()
    {
        _refusals.Add(Pages);
        _refusals.Add(Reports);
        Pass(4);
        _refusals.End(Pages);
        Pass(4);
        Assert.Null(_refusals.Add(Pages));
        Assert.Equal(8, _refusals.Add(Reports)?.TotalSeconds);
    }

    [Fact]
    public void What_another_connection_was_refused_does_not_count()
    {
        _refusals.Add(Pages);
        Pass(3600);
        _refusals.EndAll();
        Assert.Null(_refusals.Add(Pages));
    }

    [Fact]
    public void One_replacement_after_another_takes_longer_and_longer()
    {
        double[] waits = [.. Enumerable.Range(0, 8).Select(_ => Wait())];
        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300], waits);
    }

    [Fact]
    public void After_a_quiet_time_it_is_five_seconds_again()
    {
        Wait();
        Wait();
        Pass(601);
        Assert.Equal(5, Wait());
    }

    /// <summary>Refuses something each second until the connection is replaced.</summary>
    double Wait()
    {
        for (var seconds = 0; ; seconds++)
        {
            if (_refusals.Add(Pages) is not null) return seconds;
            Pass(1);
        }
    }

    void Pass(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));
}
