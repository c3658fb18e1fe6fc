using System.Diagnostics.Metrics;
using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;

namespace BatchBus.Fetcher;

/// <summary>What a Fetcher counts.</summary>
sealed class FetcherMeter
{
    static readonly InstrumentAdvice<double> Shares = new() { HistogramBucketBoundaries = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.05, 1.5, 2] };

    readonly Counter<long> _pages;
    readonly Counter<long> _slices;
    readonly Histogram<double> _budget;

    public FetcherMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Spans.SourceName);
        _pages = meter.CreateCounter<long>("batchbus.pages.fetched", "{page}", "Pages read from Whop and handed to the broker.");
        _slices = meter.CreateCounter<long>("batchbus.slices", "{slice}", "Slices read, by why they stopped early (error.type), if they did.");
        _budget = meter.CreateHistogram("batchbus.whop.budget.used", "1",
            "Share of the requests that its key allowed in a slice's time which the slice made; 1 is the whole budget.", tags: null, Shares);
    }

    /// <summary>Counts a slice that has been read, in the time that it took by its pace.</summary>
    public void Read(FetchMembers slice, MembersFetched report, TimeSpan time)
    {
        _pages.Add(report.Pages);
        if (report.Stop is { } stop) _slices.Add(1, new KeyValuePair<string, object?>("error.type", stop.Code));
        else _slices.Add(1);
        // A job's or a key's own series would grow without bound; a distribution over all slices does not.
        if (report.ApiCalls > 0 && time > TimeSpan.Zero) _budget.Record(report.ApiCalls / (slice.RequestsPerMinute * time.TotalMinutes));
    }
}
