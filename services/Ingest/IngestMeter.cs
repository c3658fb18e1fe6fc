using System.Diagnostics.Metrics;
using BatchBus.Hosting.Tracing;

namespace BatchBus.Ingest;

/// <summary>What an Ingest counts: what has been committed, and nothing twice.</summary>
sealed class IngestMeter
{
    static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };
    static readonly InstrumentAdvice<long> Pages = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500] };

    readonly Counter<long> _members;
    readonly Counter<long> _pages;
    readonly Histogram<double> _duration;
    readonly Histogram<long> _size;

    public IngestMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Spans.SourceName);
        _members = meter.CreateCounter<long>("batchbus.members.ingested", "{member}",
            "Members stored or sorted out, by what became of them (batchbus.member.outcome: inserted, duplicate, invalid, without_email).");
        _pages = meter.CreateCounter<long>("batchbus.pages.ingested", "{page}", "Pages stored for the first time.");
        _duration = meter.CreateHistogram("batchbus.ingest.batch.duration", "s", "Time that a batch of pages took to be stored, commit included.", tags: null, Seconds);
        _size = meter.CreateHistogram("batchbus.ingest.batch.pages", "{page}", "Pages in a batch.", tags: null, Pages);
    }

    /// <summary>Counts a batch that has been committed.</summary>
    public void Stored(int pages, IReadOnlyCollection<Tally> jobs, TimeSpan time)
    {
        _duration.Record(time.TotalSeconds);
        _size.Record(pages);
        _pages.Add(jobs.Sum(job => job.Pages));
        Add("inserted", jobs.Sum(job => job.Inserted));
        Add("duplicate", jobs.Sum(job => job.Duplicates));
        Add("invalid", jobs.Sum(job => job.Invalid));
        Add("without_email", jobs.Sum(job => job.WithoutEmail));
    }

    void Add(string outcome, long members) => _members.Add(members, new KeyValuePair<string, object?>("batchbus.member.outcome", outcome));
}
