using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BatchBus.Hosting;

/// <summary>OpenTelemetry: metrics for Prometheus always; traces, metrics and logs over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
static class Telemetry
{
    // RabbitMQ.Client's own sources stay off: with MassTransit's they would give every message two spans.
    static readonly string[] Sources = ["MassTransit", "Npgsql", "BatchBus"];

    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService($"batchbus-{service}", serviceInstanceId: Environment.MachineName))
            .WithMetrics(metrics => metrics
                .AddMeter(Sources)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter());

        // Nobody reads the spans without an endpoint, and each would cost.
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;
        telemetry.WithTracing(traces => traces.AddSource(Sources).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation()).UseOtlpExporter();
        builder.Logging.AddOpenTelemetry(logs => logs.IncludeScopes = true);
    }
}
