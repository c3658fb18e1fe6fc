namespace BatchBus.Api.Events;

static class EventRegistration
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddOptions<EventOptions>().BindConfiguration(EventOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<StreamLimit>().AddSingleton<StreamEnd>().AddSingleton<EventStreams>().AddScoped<JobStates>();
        services.AddSingleton<JobWatcher>();
        return services.AddHostedService(provider => provider.GetRequiredService<JobWatcher>());
    }
}
