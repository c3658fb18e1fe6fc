using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace BatchBus.Whop;

/// <summary>Adds the client to a service.</summary>
public static class WhopRegistration
{
    /// <summary>
    /// Adds <see cref="WhopClient"/> with its validated options and the first retry ring: a few quick tries with jitter, each attempt with its
    /// time limit. 429 is not among them, it has a wait of its own.
    /// </summary>
    /// <param name="services">The service's container.</param>
    public static IServiceCollection AddWhopClient(this IServiceCollection services)
    {
        services.AddOptions<WhopOptions>().BindConfiguration(WhopOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddMetrics().AddSingleton<WhopMeter>().AddTransient<AttemptHandler>();
        var client = services.AddHttpClient<WhopClient>(Configure);
        client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AutomaticDecompression = DecompressionMethods.All,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a change of DNS is seen
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(), // our traces are none of Whop's business
            })
            .RemoveAllLoggers() // one line per page is noise, and a logged header could be a key
            .AddResilienceHandler("whop", AddQuickTries);
        client.AddHttpMessageHandler<AttemptHandler>(); // last added is innermost
        return services;
    }

    static void Configure(IServiceProvider provider, HttpClient http)
    {
        var options = provider.GetRequiredService<IOptions<WhopOptions>>().Value;
        http.BaseAddress = new Uri(options.BaseUrl.TrimEnd('/') + "/");
        http.Timeout = Timeout.InfiniteTimeSpan; // each attempt has its own
        http.DefaultRequestHeaders.Add("Api-Version-Date", options.ApiVersionDate);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("BatchBus");
    }

    static void AddQuickTries(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        var options = context.ServiceProvider.GetRequiredService<IOptions<WhopOptions>>().Value;
        if (options.QuickRetries > 0)
        {
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.QuickRetries,
                Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = false, // a wait that Whop asks for is the slice's, or the job's
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result is { } response ? WhopErrors.IsWorthAQuickRetry(response) : HttpClientResiliencePredicates.IsTransient(arguments.Outcome)),
            });
        }
        pipeline.AddTimeout(options.AttemptTimeout);
    }
}
