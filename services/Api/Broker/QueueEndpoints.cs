using BatchBus.Api.Access;
using BatchBus.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Broker;

/// <summary>For operators: how much waits where.</summary>
static class QueueEndpoints
{
    static readonly TimeSpan ManagementTimeout = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddQueueOverview(this IServiceCollection services)
    {
        services.AddOptions<ManagementOptions>().BindConfiguration(ManagementOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<ManagementOptions>>().Value.Of(provider.GetRequiredService<BrokerConnections>().Address));
        services.AddSingleton(provider => new ManagementApi(
            new HttpClient(provider.GetRequiredService<BrokerConnections>().ManagementHandler()) { Timeout = ManagementTimeout }, provider.GetRequiredService<ManagementAddress>()));
        return services.AddSingleton<QueueOverview>();
    }

    public static void MapQueues(this WebApplication app)
    {
        var group = app.MapGroup("/api/queues").WithTags("Operations").ForOperators().SayWhenTheBrokerIsAway();
        group.MapGet("/", Read).WithSummary("Says how many messages wait in which queue, and how fast they come and go.");
    }

    static async Task<Ok<QueueList>> Read(QueueOverview queues, CancellationToken cancellationToken) => TypedResults.Ok(await queues.Read(cancellationToken));
}
