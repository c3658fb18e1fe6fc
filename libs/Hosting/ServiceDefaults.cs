using BatchBus.Hosting.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace BatchBus.Hosting;

/// <summary>What every service has: a clock, readable logs, telemetry, health, and a clean start and stop.</summary>
public static class ServiceDefaults
{
    /// <summary>How long a service may take to finish the work in hand after SIGTERM; longer than the longest message.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Adds what every service has.</summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="service">Its name in logs, traces and metrics, e.g. <c>fetcher</c>.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.AddReadableLogs();
        builder.AddTelemetry(service);
        return builder;
    }

    /// <summary>
    /// Builds the service, maps health, <c>/metrics</c> and what is its own, and runs it until it is told to stop. What keeps it from starting is
    /// said in one line, without a stack trace.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="map">Maps what the service has beyond the defaults; nothing by default.</param>
    /// <returns>The exit code: 0 after a clean stop, 1 when it could not start or some of its work in the background broke down, which stops it.</returns>
    public static async Task<int> RunService(this WebApplicationBuilder builder, Action<WebApplication>? map = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Taken before the run, at whose end the container is gone.
        var (started, stopping) = (CancellationToken.None, CancellationToken.None);
        BackgroundService[] background = [];
        try
        {
            var app = builder.Build();
            (started, stopping) = (app.Lifetime.ApplicationStarted, app.Lifetime.ApplicationStopping);
            app.MapHealth();
            app.MapPrometheusScrapingEndpoint().AllowAnonymous();
            map?.Invoke(app);
            using var collected = stopping.Register(() => background = [.. app.Services.GetServices<IHostedService>().OfType<BackgroundService>()]);
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it was still starting.
        }
        catch (Exception e) when (!started.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Cannot start: {StartFailure.Explain(e)}");
            return 1;
        }
        return background.Any(work => work.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }

    static void AddReadableLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName).AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        // A few lines per job are ours; the frameworks speak up when something is wrong. The settings can say otherwise (Logging__LogLevel__…).
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("MassTransit", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None); // it logs what it throws; whoever handles that speaks
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // nothing here is protected with it
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None); // who asks for readiness reads the answer
        builder.Logging.AddFilter("Polly", LogLevel.None); // a quick try that helped is no news; one that did not is an error code of its job
        // What keeps it from starting RunService says in one line; critical is what breaks down later.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
