using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace BatchBus.Hosting.Tracing;

/// <summary>
/// What BatchBus itself has to know of OpenTelemetry's variables
/// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/); the SDK reads the others.
/// </summary>
sealed class OtlpOptions : IValidatableObject
{
    /// <summary>A signal, by the name of the setting that can keep it back.</summary>
    public const string Traces = "OTEL_TRACES_EXPORTER", Metrics = "OTEL_METRICS_EXPORTER", Logs = "OTEL_LOGS_EXPORTER";

    const string Otlp = "otlp", None = "none";
    const string EndpointName = "OTEL_EXPORTER_OTLP_ENDPOINT", SamplerName = "OTEL_TRACES_SAMPLER", ShareName = "OTEL_TRACES_SAMPLER_ARG";

    static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    readonly Dictionary<string, string> _exporters = new() { [Traces] = Otlp, [Metrics] = Otlp, [Logs] = Otlp };

    string _sampler = "parentbased_always_on", _share = "1";

    /// <summary>Where everything is sent; null for nowhere.</summary>
    public string? Endpoint { get; private set; }

    /// <summary>What the service calls itself; null for its own name.</summary>
    public string? ServiceName { get; private set; }

    /// <summary>Whether a signal goes there; <c>OTEL_TRACES_EXPORTER=none</c> and the like keep one back, for a receiver that wants only some.</summary>
    public bool Sends(string signal) => Endpoint is not null && _exporters[signal] == Otlp;

    /// <summary>The share of jobs, and of requests without a job, that are traced: 0 to 1.</summary>
    public double SampledShare => _sampler.EndsWith("always_off", StringComparison.Ordinal) ? 0 : _sampler.EndsWith("ratio", StringComparison.Ordinal) ? Share ?? 1 : 1;

    double? Share => double.TryParse(_share, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share : null;

    public void Read(IConfiguration configuration)
    {
        string? Setting(string name) => configuration[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

        (Endpoint, ServiceName) = (Setting(EndpointName), Setting("OTEL_SERVICE_NAME"));
        foreach (var signal in _exporters.Keys) _exporters[signal] = Setting(signal) ?? Otlp;
        (_sampler, _share) = (Setting(SamplerName) ?? _sampler, Setting(ShareName) ?? _share);
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return new($"{EndpointName} must be an http or https URL such as http://localhost:4317.");
        foreach (var (signal, exporter) in _exporters)
            if (exporter is not (Otlp or None)) yield return new($"{signal} must be otlp or none.");
        if (!Samplers.Contains(_sampler)) yield return new($"{SamplerName} must be one of {string.Join(", ", Samplers)}.");
        if (_sampler.EndsWith("ratio", StringComparison.Ordinal) && Share is null) yield return new($"{ShareName} must be a number from 0 to 1, with a point.");
    }
}
