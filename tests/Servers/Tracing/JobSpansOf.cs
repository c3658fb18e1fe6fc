using BatchBus.Tests.Servers.Connections;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tracing;

/// <summary>The trace of a job that has ended.</summary>
public static class JobSpansOf
{
    /// <summary>Waits until the trace is whole: every page is read and stored in it, and every parent and link is there.</summary>
    public static async Task<IReadOnlyList<OtlpSpan>> Whole(this OtlpListener collector, TestJob job, int pages)
    {
        var traceId = (await job.Read())["traceId"]?.GetValue<string>() ?? throw new InvalidOperationException("The job has no trace.");
        IReadOnlyList<OtlpSpan> all = [], trace = [];
        await Eventually.True(() =>
        {
            all = collector.Spans();
            trace = [.. all.Where(span => span.TraceId == traceId)];
            return Task.FromResult(trace.Count > 0 && Missing(trace, all, pages).Count == 0);
        }, "the trace to be whole", instead: () => $"Missing: {string.Join(", ", Missing(trace, all, pages))}\n{Outline(trace)}");
        return trace;
    }

    static List<string> Missing(IReadOnlyList<OtlpSpan> trace, IReadOnlyList<OtlpSpan> all, int pages)
    {
        var (ids, known) = (trace.Select(span => span.Id).ToHashSet(), all.Select(span => (span.TraceId, span.Id)).ToHashSet());
        var numbers = Enumerable.Range(1, pages).Select(n => $"{n}").ToList();
        return
        [
            .. trace.Where(span => span.ParentId.Length > 0 && !ids.Contains(span.ParentId)).Select(span => $"parent of {span.Name}"),
            .. trace.Where(span => span.Links.Any(link => !known.Contains(link))).Select(span => $"link of {span.Name}"),
            .. numbers.Except(trace.Where(span => span.Name == "GET").Select(Page)).Select(n => $"GET of page {n}"),
            .. numbers.Except(trace.Where(span => span.Name == "member-pages receive").Select(Page)).Select(n => $"page {n}"),
            .. trace.Any(span => span.Events.Contains("Processing → Completed")) ? (string[])[] : ["the end"],
        ];
    }

    static string? Page(OtlpSpan span) => span.Tags.GetValueOrDefault("batchbus.page.number");

    /// <summary>How many spans of each kind there are.</summary>
    public static string Outline(IReadOnlyList<OtlpSpan> trace) => string.Join('\n', trace.GroupBy(span => $"{span.Service} {span.Source}: {span.Name}")
        .OrderByDescending(group => group.Count()).Select(group => $"{group.Count(),5} {group.Key}"));
}
