using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BatchBus.Hosting.Workers;

/// <summary>Makes a service one of the workers that Api keeps a list of.</summary>
public static class WorkerRegistration
{
    /// <summary>Counts the service's messages and sends its heartbeats. Call it after <see cref="MessageBus.AddMessageBus"/>.</summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="service">What kind of worker it is: <c>fetcher</c> or <c>ingest</c>.</param>
    /// <param name="slots">How many messages it may have in hand at once.</param>
    public static WebApplicationBuilder AddWorkerHeartbeat(this WebApplicationBuilder builder, string service, Func<IServiceProvider, int> slots)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddWorkerOptions();
        builder.Services.AddSingleton<WorkerCounts>();
        builder.Services.AddReceiveObserver(provider => provider.GetRequiredService<WorkerCounts>());
        builder.Services.AddSingleton(provider => new WorkerProcess(
            service, slots(provider), provider.GetRequiredService<WorkerCounts>(), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddHostedService<HeartbeatService>();
        return builder;
    }

    /// <summary>Adds <see cref="WorkerOptions"/>.</summary>
    /// <param name="services">The service's.</param>
    public static IServiceCollection AddWorkerOptions(this IServiceCollection services)
    {
        services.AddOptions<WorkerOptions>().BindConfiguration(WorkerOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return services;
    }
}
