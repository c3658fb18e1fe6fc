using RabbitMQ.Client;

namespace BatchBus.Hosting;

/// <summary>Connections to the broker beside the bus, for what MassTransit has no words for: looking into a queue, moving messages.</summary>
/// <param name="address">The broker's AMQP URI.</param>
public sealed class BrokerConnections(Uri address)
{
    /// <summary>The broker's AMQP URI.</summary>
    public Uri Address => address;

    /// <summary>Opens a connection; whoever asked closes it.</summary>
    /// <param name="purpose">What it is called in the broker's list of connections.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">There is no broker, or it refuses.</exception>
    public Task<IConnection> Open(string purpose, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = address, ClientProvidedName = purpose, AutomaticRecoveryEnabled = false };
        // From a URI alone the client accepts a certificate of any name.
        if (address.Scheme == "amqps") factory.Ssl = new SslOption(address.Host, enabled: true);
        return factory.CreateConnectionAsync(cancellationToken);
    }
}
