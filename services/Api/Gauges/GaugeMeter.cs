using System.Diagnostics.Metrics;
using BatchBus.Api.DeadLetters;
using BatchBus.Hosting;
using BatchBus.Hosting.Tracing;

namespace BatchBus.Api.Gauges;

/// <summary>
/// The gauges of the whole system. Every replica of Api counts and shows the same, so they are not to be added up: <c>max</c> over the replicas is
/// right. What could not be counted is not shown, rather than shown as it was.
/// </summary>
sealed class GaugeMeter
{
    public const string Queue = "messaging.destination.name";

    /// <summary>The queues whose depth is shown.</summary>
    public static IEnumerable<string> AllQueues => Queues.All.Concat(DeadLetterQueue.All.Select(queue => queue.Name));

    public GaugeMeter(IMeterFactory meters)
    {
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
    }

    /// <summary>What was counted last in the database; null when it could not be.</summary>
    public TableCounts? Tables { get; set; }

    /// <summary>What was counted last on the broker; null when it could not be.</summary>
    public IReadOnlyDictionary<string, long>? Depths { get; set; }

    IEnumerable<Measurement<long>> Of(Func<TableCounts, long> count) => Tables is { } tables ? [new(count(tables))] : [];

    IEnumerable<Measurement<double>> OldestWait() => Tables is { } tables ? [new(tables.OldestWait)] : [];

    IEnumerable<Measurement<long>> Jobs() => Tables is not { } tables ? [] :
    [
        With(tables.Pending, "batchbus.job.status", "pending"), With(tables.Processing, "batchbus.job.status", "processing"), With(tables.Paused, "batchbus.job.status", "paused"),
    ];

    IEnumerable<Measurement<long>> Workers() => Tables is not { } tables ? [] : tables.Workers.Select(count =>
        new Measurement<long>(count.Workers, new("batchbus.service", count.Service), new KeyValuePair<string, object?>("batchbus.worker.status", count.Status)));

    IEnumerable<Measurement<long>> OfQueues(IEnumerable<string> queues) => Depths is not { } depths ? [] : queues.Select(queue => With(depths[queue], Queue, queue));

    static Measurement<long> With(long count, string tag, string value) => new(count, new KeyValuePair<string, object?>(tag, value));
}
