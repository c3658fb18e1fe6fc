using BatchBus.Hosting.Broker;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BatchBus.Hosting;

/// <summary>
/// Ready when this process has its consumer on each of its queues; a bus that is connected again need not have. Not ready either while the
/// broker is silent, blocks its publishers, or shows a certificate that is not trusted.
/// </summary>
sealed class QueueHealth(IBusControl bus, BrokerWait wait, BlockedPublishers blocked, BrokerCertificates certificates) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (blocked.Reason is { } reason) return Unhealthy($"RabbitMQ takes no messages: {reason}.");
        if (certificates.Refusal is { } refusal) return Unhealthy(refusal);
        string[] without = [.. bus.CheckHealth().Endpoints
            .Where(endpoint => endpoint.Value.Status != BusHealthStatus.Healthy)
            .Select(endpoint => $"{Queue(endpoint.Value)} ({Reason(endpoint.Value)})")
            .Order(StringComparer.Ordinal)];
        return without.Length == 0 ? Task.FromResult(HealthCheckResult.Healthy()) : Unhealthy($"No consumer of this process on {string.Join(", ", without)}.");
    }

    string? Reason(EndpointHealthResult endpoint) =>
        wait.Silence is { } silence ? $"RabbitMQ does not answer at {silence}" : endpoint.Exception?.GetBaseException().Message ?? endpoint.Description;

    static string Queue(EndpointHealthResult endpoint) => endpoint.ReceiveEndpoint.InputAddress.AbsolutePath.Split('/')[^1];

    static Task<HealthCheckResult> Unhealthy(string description) => Task.FromResult(HealthCheckResult.Unhealthy(description));
}
