namespace BatchBus.Cli.Servers;

/// <summary>Which node of a private RabbitMQ it is. Most have one; a cluster has more, which share port mapper and Erlang cookie.</summary>
/// <param name="Number">Counted from 1. The first is the one that the others join.</param>
/// <param name="Settings">Lines for its <c>rabbitmq.conf</c> beyond those that every node has.</param>
sealed record RabbitMqNode(int Number, IReadOnlyList<string> Settings)
{
    public static readonly RabbitMqNode Only = new(1, []);

    /// <summary>Its name as a process; also that of its folder.</summary>
    public string ProcessName => Named(PrivateRabbitMq.ProcessName);

    public string ManagementName => Named(PrivateRabbitMq.ManagementName);

    public string DistributionName => Named(PrivateRabbitMq.DistributionName);

    /// <summary>Its name among Erlang's nodes.</summary>
    public string NodeName(Instance instance) => $"{Named($"batchbus-{instance.Id}")}@localhost";

    /// <summary>A node that has no data yet joins the first (https://www.rabbitmq.com/docs/cluster-formation).</summary>
    public IEnumerable<string> Joining(Instance instance) => Number == 1 ? [] :
    [
        "cluster_formation.peer_discovery_backend = classic_config",
        $"cluster_formation.classic_config.nodes.1 = {Only.NodeName(instance)}",
        $"cluster_formation.classic_config.nodes.2 = {NodeName(instance)}",
    ];

    string Named(string name) => Number == 1 ? name : $"{name}-{Number}";
}
