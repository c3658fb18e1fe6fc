using System.Diagnostics;
using BatchBus.Contracts;
using BatchBus.Hosting.Tracing;
using MassTransit;

namespace BatchBus.Ingest;

/// <summary>
/// The spans of a batch, one for each job that has pages in it: so each job's trace has its part of the batch, however many share it. A span's parent is
/// the first of the job's pages, and it is linked to the others. What the database is asked for stands under the first job's span alone, to which
/// the other jobs' are linked.
/// </summary>
sealed class BatchSpans : IDisposable
{
    const string Name = "store pages";

    readonly Dictionary<Guid, Activity> _jobs = [];
    readonly Activity? _before = Activity.Current;

    /// <summary>Begins the spans of jobs that are traced; the first is current.</summary>
    public BatchSpans(IReadOnlyCollection<ConsumeContext<MemberPage>> pages)
    {
        // Which page's span is current here is a matter of chance.
        Activity.Current = null;
        if (!Spans.Source.HasListeners()) return;
        foreach (var job in pages.GroupBy(page => page.Message.JobId)) Start(job.Key, [.. job]);
        Activity.Current = _jobs.Values.FirstOrDefault();
    }

    void Start(Guid job, ConsumeContext<MemberPage>[] pages)
    {
        ActivityContext[] spans = [.. pages.Select(page => page.TryGetPayload<MessageSpan>(out var span) ? span.Context : default).Where(span => span != default)];
        if (spans.Length == 0) return;
        var others = spans.Skip(1).Concat(_jobs.Values.Take(1).Select(first => first.Context)).Select(span => new ActivityLink(span));
        if (Spans.Source.StartActivity(Name, ActivityKind.Internal, spans[0], links: others) is not { } started) return;
        started.SetTag(Spans.JobId, job.ToString());
        started.SetTag("batchbus.batch.pages", pages.Length);
        _jobs[job] = started;
    }

    /// <summary>Makes a job's span the current one, within the method that calls this.</summary>
    public void Enter(Guid job) => Activity.Current = _jobs.GetValueOrDefault(job);

    public void Dispose()
    {
        foreach (var span in _jobs.Values) span.Dispose();
        Activity.Current = _before;
    }
}
