using BatchBus.Hosting.Broker;

namespace BatchBus.Hosting;

/// <summary>What this process knows of the broker without asking it.</summary>
public sealed class BrokerState
{
    readonly BrokerWait _wait;
    readonly BlockedPublishers _blocked;

    internal BrokerState(BrokerWait wait, BlockedPublishers blocked) => (_wait, _blocked) = (wait, blocked);

    /// <summary>True while no node answers, or the broker blocks this process's publishers: nothing that is published gets through.</summary>
    public bool IsAway => _wait.Silence is not null || _blocked.Reason is not null;
}
