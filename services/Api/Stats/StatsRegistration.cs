namespace BatchBus.Api.Stats;

static class StatsRegistration
{
    public static IServiceCollection AddStats(this IServiceCollection services)
    {
        services.AddOptions<StatsOptions>().BindConfiguration(StatsOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return services.AddHostedService<StatsService>();
    }
}
