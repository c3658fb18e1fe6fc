using BatchBus.Hosting.Broker;
using MassTransit;

namespace BatchBus.Hosting;

/// <summary>Whether this process can send and receive messages: its consumer is on each of its queues, and the broker takes what it publishes.</summary>
public sealed class BrokerState
{
    readonly IBusControl _bus;
    readonly BrokerWait _wait;
    readonly BlockedPublishers _blocked;
    readonly BrokerCertificates _certificates;

    internal BrokerState(IBusControl bus, BrokerWait wait, BlockedPublishers blocked, BrokerCertificates certificates) =>
        (_bus, _wait, _blocked, _certificates) = (bus, wait, blocked, certificates);

    /// <summary>A sentence that says what is wrong; null when nothing is. A bus that is connected need not have its consumers yet.</summary>
    public string? Trouble
    {
        get
        {
            if (_blocked.Reason is { } reason) return $"RabbitMQ takes no messages: {reason}.";
            if (_certificates.Refusal is { } refusal) return refusal;
            string[] without = [.. _bus.CheckHealth().Endpoints
                .Where(endpoint => endpoint.Value.Status != BusHealthStatus.Healthy)
                .Select(endpoint => $"{Queue(endpoint.Value)} ({Reason(endpoint.Value)})")
                .Order(StringComparer.Ordinal)];
            return without.Length == 0 ? null : $"No consumer of this process on {string.Join(", ", without)}.";
        }
    }

    string? Reason(EndpointHealthResult endpoint) =>
        _wait.Silence is { } silence ? $"RabbitMQ does not answer at {silence}" : endpoint.Exception?.GetBaseException().Message ?? endpoint.Description;

    static string Queue(EndpointHealthResult endpoint) => endpoint.ReceiveEndpoint.InputAddress.AbsolutePath.Split('/')[^1];
}
