using System.Diagnostics.Metrics;

namespace BatchBus.Tests.Servers;

/// <summary>Meters that nobody reads, or a test does.</summary>
public sealed class TestMeters : IMeterFactory
{
    readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        foreach (var meter in _meters) meter.Dispose();
    }
}
