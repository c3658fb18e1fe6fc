namespace BatchBus.Hosting.Broker;

/// <summary>One node of the broker.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Where it takes AMQP connections.</param>
sealed record BrokerNode(string Host, int Port)
{
    const int PlainPort = 5672, EncryptedPort = 5671;

    /// <summary>The node of the URI and those of <c>RabbitMq__Hosts</c>, which have its port unless they name another; null when one is no host.</summary>
    public static IReadOnlyList<BrokerNode>? All(RabbitMqOptions options)
    {
        var uri = new Uri(options.Uri);
        var first = new BrokerNode(uri.Host, uri.Port > 0 ? uri.Port : options.IsEncrypted ? EncryptedPort : PlainPort);
        BrokerNode?[] more = [.. options.Hosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(host => Parse(host, first.Port))];
        return more.Contains(null) ? null : [first, .. more.OfType<BrokerNode>()];
    }

    public override string ToString() => $"{Host}:{Port}";

    static BrokerNode? Parse(string text, int port) =>
        Uri.TryCreate($"amqp://{text}/", UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, UserInfo: "", PathAndQuery: "/" }
            ? new BrokerNode(uri.Host, uri.Port > 0 ? uri.Port : port)
            : null;
}
