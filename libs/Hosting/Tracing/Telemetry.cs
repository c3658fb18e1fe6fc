using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BatchBus.Hosting.Tracing;

/// <summary>OpenTelemetry: metrics for Prometheus always; traces, metrics and logs over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
static class Telemetry
{
    // RabbitMQ.Client's own sources stay off: with MassTransit's they would give every message two spans.
    static readonly string[] Sources = ["MassTransit", "MassTransit.Postgres", "Npgsql", Spans.SourceName];
    static readonly string[] Meters = ["MassTransit", "Npgsql", Spans.SourceName];

    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        builder.Services.AddOptions<OtlpOptions>().Configure(options => options.Read(builder.Configuration)).ValidateDataAnnotations().ValidateOnStart();
        var otlp = new OtlpOptions();
        otlp.Read(builder.Configuration);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(otlp.ServiceName ?? $"batchbus-{service}", serviceVersion: Version, serviceInstanceId: Instance))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter();
                if (otlp.Sends(OtlpOptions.Metrics)) metrics.AddOtlpExporter();
            });

        // Nobody reads the spans without an endpoint, and each would cost.
        if (otlp.Sends(OtlpOptions.Traces)) telemetry.WithTracing(traces => traces
            .SetSampler(new SpanSampler(otlp.SampledShare))
            .AddProcessor(new JobTags())
            .AddSource(Sources)
            .AddAspNetCoreInstrumentation(http => http.Filter = IsOfAnApp)
            .AddHttpClientInstrumentation()
            .AddOtlpExporter());
        if (otlp.Sends(OtlpOptions.Logs)) builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeScopes = logs.IncludeFormattedMessage = true;
            logs.AddOtlpExporter();
        });
    }

    static string Version => typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    // Several of a kind may run on one machine.
    static string Instance => $"{Environment.MachineName}:{Environment.ProcessId}";

    // Whoever looks after the process asks every few seconds, for ever.
    static bool IsOfAnApp(HttpContext context) => !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/metrics");
}
