using BatchBus.Api.Stats;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Retention;

static class RetentionRegistration
{
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.SectionName).ValidateDataAnnotations().ValidateOnStart()
            .Validate<IOptions<StatsOptions>>((retention, stats) => retention.Jobs == TimeSpan.Zero || retention.Jobs >= TimeSpan.FromDays(stats.Value.Days),
                "Retention__Jobs must not be shorter than Stats__Days: the figures of those days are counted anew, from jobs that must still be there.");
        return services.AddSingleton<RetentionSweep>().AddHostedService<RetentionService>();
    }
}
