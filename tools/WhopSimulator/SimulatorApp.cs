using System.Text.Json;
using System.Text.Json.Serialization;
using BatchBus.WhopSimulator.Api;
using BatchBus.WhopSimulator.Companies;
using BatchBus.WhopSimulator.Control;
using BatchBus.WhopSimulator.Faults;
using BatchBus.WhopSimulator.Limits;

namespace BatchBus.WhopSimulator;

/// <summary>Stands in for Whop: <c>/api/v1</c> is Whop as far as reading members goes, <c>/_sim</c> sets how it behaves.</summary>
static class SimulatorApp
{
    /// <param name="args">Command line settings, e.g. <c>--urls http://127.0.0.1:0</c>.</param>
    /// <param name="clock">The clock that the rate limit goes by; the system's when null.</param>
    public static WebApplication Create(string[] args, TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        // A line per request would cost more than the answer.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        AddSimulator(builder.Services);

        var app = builder.Build();
        app.MapWhopApi();
        app.MapControl();
        app.MapGet("/health/ready", () => Results.Text("ready"));
        return app;
    }

    static void AddSimulator(IServiceCollection services)
    {
        services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        // An answer that drips for minutes is no reason to wait.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            // A misspelt setting would otherwise do nothing, and nobody would notice.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        services.AddSingleton<SimulatorSettings>();
        services.AddSingleton<CompanyDirectory>();
        services.AddSingleton<RequestLog>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<FaultList>();
        services.AddSingleton<FaultyAnswer>();
        services.AddSingleton<Gate>();
        services.AddSingleton<MembersEndpoint>();
        services.AddSingleton<CompaniesEndpoint>();
    }
}
