using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BatchBus.Hosting;

/// <summary>
/// Ready when this process has its consumer on each of its queues; a bus that is connected again need not have. Not ready either while the
/// broker blocks its publishers.
/// </summary>
sealed class QueueHealth(IBusControl bus, BlockedPublishers blocked) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (blocked.Reason is { } reason) return Unhealthy($"RabbitMQ takes no messages: {reason}.");
        string[] without = [.. bus.CheckHealth().Endpoints
            .Where(endpoint => endpoint.Value.Status != BusHealthStatus.Healthy)
            .Select(endpoint => $"{Queue(endpoint.Value)} ({endpoint.Value.Exception?.GetBaseException().Message ?? endpoint.Value.Description})")
            .Order(StringComparer.Ordinal)];
        return without.Length == 0 ? Task.FromResult(HealthCheckResult.Healthy()) : Unhealthy($"No consumer of this process on {string.Join(", ", without)}.");
    }

    static string Queue(EndpointHealthResult endpoint) => endpoint.ReceiveEndpoint.InputAddress.AbsolutePath.Split('/')[^1];

    static Task<HealthCheckResult> Unhealthy(string description) => Task.FromResult(HealthCheckResult.Unhealthy(description));
}
