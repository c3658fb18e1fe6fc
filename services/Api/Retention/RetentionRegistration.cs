namespace BatchBus.Api.Retention;

static class RetentionRegistration
{
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<RetentionSweep>().AddHostedService<RetentionService>();
    }
}
