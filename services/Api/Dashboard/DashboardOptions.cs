using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Dashboard;

/// <summary>What the dashboard is told about the world around it.</summary>
sealed class DashboardOptions : IValidatableObject
{
    public const string SectionName = "Dashboard";

    const string Placeholder = "{traceId}";

    /// <summary>Where a job's trace is shown, for example <c>http://localhost:16686/trace/{traceId}</c>; no links by default.</summary>
    public string? TraceUrl { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(TraceUrl)) yield break;
        if (!Uri.TryCreate(TraceUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || !TraceUrl.Contains(Placeholder, StringComparison.Ordinal))
            yield return new($"Dashboard__TraceUrl must be an http(s) address with {Placeholder} in it, such as http://localhost:16686/trace/{Placeholder}.");
    }
}
