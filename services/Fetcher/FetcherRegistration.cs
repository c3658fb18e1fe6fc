namespace BatchBus.Fetcher;

static class FetcherRegistration
{
    public static IServiceCollection AddSliceReader(this IServiceCollection services)
    {
        services.AddOptions<FetcherOptions>().BindConfiguration(FetcherOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return services.AddTransient<SliceReader>();
    }
}
