using System.Diagnostics;
using OpenTelemetry;

namespace BatchBus.Hosting.Tracing;

/// <summary>Says of the spans within a job's, its queries and calls, that they are the job's, too.</summary>
sealed class JobTags : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data.Parent is not { } parent) return;
        foreach (var name in (ReadOnlySpan<string>)[Spans.JobId, Spans.CompanyId])
            if (parent.GetTagItem(name) is { } value && data.GetTagItem(name) is null) data.SetTag(name, value);
    }
}
