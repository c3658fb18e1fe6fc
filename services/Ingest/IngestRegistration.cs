namespace BatchBus.Ingest;

static class IngestRegistration
{
    public static IServiceCollection AddPageStore(this IServiceCollection services)
    {
        services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<IngestMeter>().AddSingleton<PageStore>();
    }
}
