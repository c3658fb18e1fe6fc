using System.Diagnostics.Metrics;
using BatchBus.Api.DeadLetters;
using BatchBus.Hosting;
using BatchBus.Hosting.Tracing;

namespace BatchBus.Api.Gauges;

/// <summary>
/// The gauges of the whole system. Every replica of Api counts and shows the same, so they are not to be added up: <c>max</c> over the replicas is
/// right. What cannot be counted stays as it was, and <c>batchbus.gauges.age</c> says how old that is.
/// </summary>
sealed class GaugeMeter
{
    public const string Queue = "messaging.destination.name";

    /// <summary>The queues whose depth is shown.</summary>
    public static IEnumerable<string> AllQueues => Queues.All.Concat(DeadLetterQueue.All.Select(queue => queue.Name));

    readonly TimeProvider _clock;
    long _tablesAt, _depthsAt;
    TableCounts? _tables;
    IReadOnlyDictionary<string, long>? _depths;

    public GaugeMeter(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        _tablesAt = _depthsAt = clock.GetTimestamp();
        var meter = meters.Create(Spans.SourceName);
        meter.CreateObservableGauge("batchbus.jobs", Jobs, "{job}", "Jobs that have not ended, by status (batchbus.job.status: pending, processing, paused).");
        meter.CreateObservableGauge("batchbus.jobs.stalled", () => Of(t => t.Stalled), "{job}", "Running jobs that the watchdog has driven on twice or more, in vain.");
        meter.CreateObservableGauge("batchbus.queue.wait.oldest", OldestWait, "s", "How long the oldest pending job has waited for its start.");
        meter.CreateObservableGauge("batchbus.workers", Workers, "{process}", "Worker processes by service (batchbus.service) and status (batchbus.worker.status: active, stale).");
        meter.CreateObservableGauge("batchbus.outbox.messages", () => Of(t => t.Undelivered), "{message}", "Messages that are committed and not yet with the broker.");
        meter.CreateObservableGauge("batchbus.outbox.parked", () => Of(t => t.Parked), "{message}", "Messages whose delivery was given up; they wait for a human.");
        meter.CreateObservableGauge("batchbus.queue.messages", () => OfQueues(Queues.All), "{message}", "Messages ready in each queue.");
        meter.CreateObservableGauge("batchbus.dead_letters", () => OfQueues(DeadLetterQueue.All.Select(q => q.Name)), "{message}",
            "Messages in each queue of those that could not be handled.");
        meter.CreateObservableGauge("batchbus.gauges.age", Ages, "s", "How old the other gauges are, by where they were counted (batchbus.gauges.source: postgresql, rabbitmq).");
    }

    public void Show(TableCounts counted) => (_tables, _tablesAt) = (counted, _clock.GetTimestamp());

    public void Show(IReadOnlyDictionary<string, long> counted) => (_depths, _depthsAt) = (counted, _clock.GetTimestamp());

    IEnumerable<Measurement<long>> Of(Func<TableCounts, long> count) => _tables is { } tables ? [new(count(tables))] : [];

    IEnumerable<Measurement<double>> OldestWait() => _tables is { } tables ? [new(tables.OldestWait)] : [];

    IEnumerable<Measurement<long>> Jobs() => _tables is not { } tables ? [] :
    [
        With(tables.Pending, "batchbus.job.status", "pending"), With(tables.Processing, "batchbus.job.status", "processing"), With(tables.Paused, "batchbus.job.status", "paused"),
    ];

    IEnumerable<Measurement<long>> Workers() => _tables is not { } tables ? [] : tables.Workers.Select(count =>
        new Measurement<long>(count.Workers, new("batchbus.service", count.Service), new KeyValuePair<string, object?>("batchbus.worker.status", count.Status)));

    IEnumerable<Measurement<long>> OfQueues(IEnumerable<string> queues) => _depths is not { } depths ? [] : queues.Select(queue => With(depths[queue], Queue, queue));

    IEnumerable<Measurement<double>> Ages() => [Age("postgresql", _tablesAt), Age("rabbitmq", _depthsAt)];

    Measurement<double> Age(string source, long countedAt) =>
        new(_clock.GetElapsedTime(countedAt).TotalSeconds, new KeyValuePair<string, object?>("batchbus.gauges.source", source));

    static Measurement<long> With(long count, string tag, string value) => new(count, new KeyValuePair<string, object?>(tag, value));
}
