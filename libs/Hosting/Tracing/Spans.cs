using System.Diagnostics;

namespace BatchBus.Hosting.Tracing;

/// <summary>The names that traces, metrics and logs have in common.</summary>
public static class Spans
{
    /// <summary>BatchBus' own source of spans, and its meter.</summary>
    public const string SourceName = "BatchBus";

    /// <summary>A job's id.</summary>
    public const string JobId = "batchbus.job.id";

    /// <summary>Whop's id of a company.</summary>
    public const string CompanyId = "batchbus.company.id";

    /// <summary>The number of a page in its job, from 1.</summary>
    public const string Page = "batchbus.page.number";

    /// <summary>The spans that are no framework's.</summary>
    public static readonly ActivitySource Source = new(SourceName);

    /// <summary>Says on the current span which job it is about.</summary>
    /// <param name="job">The job.</param>
    /// <param name="companyId">The company that it reads, where that is known.</param>
    public static void Tag(Guid job, string? companyId = null)
    {
        if (Activity.Current is not { IsAllDataRequested: true } span) return;
        span.SetTag(JobId, job.ToString());
        if (companyId is not null) span.SetTag(CompanyId, companyId);
    }
}
