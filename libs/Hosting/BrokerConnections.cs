using BatchBus.Hosting.Broker;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace BatchBus.Hosting;

/// <summary>Connections to the broker beside the bus, for what MassTransit has no words for: looking into a queue, moving messages.</summary>
public sealed class BrokerConnections
{
    readonly Uri _address;
    readonly AmqpTcpEndpoint[] _nodes;
    readonly BrokerCertificates _certificates;

    /// <summary>Connections of a program that has no bus.</summary>
    /// <param name="options">Where the broker is.</param>
    public BrokerConnections(IOptions<RabbitMqOptions> options) : this(options, new BrokerCertificates(options))
    {
    }

    internal BrokerConnections(IOptions<RabbitMqOptions> options, BrokerCertificates certificates)
    {
        (_address, _certificates) = (new Uri(options.Value.Uri), certificates);
        _nodes = [.. BrokerNode.All(options.Value)!.Select(node => new AmqpTcpEndpoint(node.Host, node.Port, options.Value.IsEncrypted ? certificates.ForClient() : new SslOption()))];
    }

    /// <summary>The broker's AMQP URI.</summary>
    public Uri Address => _address;

    /// <summary>A way to the broker's management over HTTP that trusts the same authorities, and shows the same certificate. It follows no redirect: a password goes along.</summary>
    public SocketsHttpHandler ManagementHandler() =>
        new() { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1), SslOptions = _certificates.ForHttp() };

    /// <summary>Opens a connection to a node that answers; whoever asked closes it.</summary>
    /// <param name="purpose">What it is called in the broker's list of connections.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">There is no broker, or it refuses.</exception>
    public Task<IConnection> Open(string purpose, CancellationToken cancellationToken) =>
        new ConnectionFactory { Uri = _address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(_nodes, purpose, cancellationToken);
}
