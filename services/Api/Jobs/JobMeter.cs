using System.Diagnostics.Metrics;
using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;

namespace BatchBus.Api.Jobs;

/// <summary>What is counted of jobs: changes of their rows that have been committed, each once, in the replica of Api that made it.</summary>
sealed class JobMeter
{
    static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400] };

    readonly Counter<long> _ended;
    readonly Counter<long> _stalls;
    readonly Histogram<double> _duration;
    readonly Histogram<double> _wait;

    public JobMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Spans.SourceName);
        _ended = meter.CreateCounter<long>("batchbus.jobs.ended", "{job}", "Jobs that have ended, by how (batchbus.job.status), and failed ones by why (error.type).");
        _stalls = meter.CreateCounter<long>("batchbus.job.stalls", "{stall}", "Times that the watchdog drove a job on.");
        _duration = meter.CreateHistogram("batchbus.job.duration", "s", "Time from a job's start to its end, by how it ended.", tags: null, Seconds);
        _wait = meter.CreateHistogram("batchbus.queue.wait", "s", "Time from a job's creation to its first start, by its priority.", tags: null, Seconds);
    }

    public void Started(JobPriority priority, TimeSpan wait) => _wait.Record(wait.TotalSeconds, Tag("batchbus.job.priority", priority.ToString()));

    public void Ended(string status, string? error, TimeSpan? time)
    {
        if (error is null) _ended.Add(1, Tag("batchbus.job.status", status));
        else _ended.Add(1, Tag("batchbus.job.status", status), new("error.type", error));
        if (time is { } t) _duration.Record(t.TotalSeconds, Tag("batchbus.job.status", status));
    }

    public void Stalled() => _stalls.Add(1);

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value.ToLowerInvariant());
}
