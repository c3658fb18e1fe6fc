using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BatchBus.Hosting;

/// <summary>Ready when this process can send and receive messages.</summary>
sealed class QueueHealth(BrokerState broker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(broker.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());
}
