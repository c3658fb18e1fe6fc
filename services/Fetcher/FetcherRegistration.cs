using BatchBus.Hosting.Tracing;
using BatchBus.Whop;
using OpenTelemetry.Instrumentation.Http;

namespace BatchBus.Fetcher;

static class FetcherRegistration
{
    public static IServiceCollection AddSliceReader(this IServiceCollection services)
    {
        services.AddOptions<FetcherOptions>().BindConfiguration(FetcherOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.Configure<HttpClientTraceInstrumentationOptions>(spans => spans.EnrichWithHttpRequestMessage = (span, request) =>
        {
            if (WhopRequests.Of(request)?.Page is { } page) span.SetTag(Spans.Page, page);
        });
        return services.AddSingleton<FetcherMeter>().AddTransient<SliceReader>();
    }
}
