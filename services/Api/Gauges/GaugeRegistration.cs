namespace BatchBus.Api.Gauges;

static class GaugeRegistration
{
    public static IServiceCollection AddGauges(this IServiceCollection services)
    {
        services.AddOptions<GaugeOptions>().BindConfiguration(GaugeOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<QueueDepths>().AddSingleton<GaugeMeter>().AddHostedService<GaugeService>();
    }
}
