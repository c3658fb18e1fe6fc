using System.ComponentModel.DataAnnotations;
using BatchBus.Hosting.Broker;

namespace BatchBus.Hosting;

/// <summary>Where the broker is, and how its queues are kept.</summary>
sealed class RabbitMqOptions : IValidatableObject
{
    public const string SectionName = "RabbitMq";

    /// <summary><c>ConnectionStrings__RabbitMq</c>: an AMQP URI (https://www.rabbitmq.com/docs/uri-spec). Required. With <c>amqps</c> the connection is encrypted.</summary>
    public string Uri { get; set; } = "";

    /// <summary>More nodes of the same cluster, <c>host</c> or <c>host:port</c>, separated by commas; when one is away the next is tried. Default none.</summary>
    public string Hosts { get; set; } = "";

    /// <summary><c>classic</c> (the default) or <c>quorum</c>: copies on several nodes of a cluster (https://www.rabbitmq.com/docs/quorum-queues).</summary>
    public string QueueType { get; set; } = "classic";

    /// <summary>A PEM file with the authorities that may have signed the broker's certificate. Default: those that the system trusts.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>A PEM file with the certificate that the broker wants of its clients. Default none.</summary>
    public string ClientCertificateFile { get; set; } = "";

    /// <summary>A PEM file with the private key of <see cref="ClientCertificateFile"/>.</summary>
    public string ClientKeyFile { get; set; } = "";

    public bool IsQuorum => QueueType.Equals("quorum", StringComparison.OrdinalIgnoreCase);

    public bool IsEncrypted => System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) && uri.Scheme == "amqps";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps"))
        {
            yield return new("ConnectionStrings__RabbitMq must be an AMQP URI such as amqp://user:password@localhost:5672/vhost.");
            yield break;
        }
        if (!IsQuorum && !QueueType.Equals("classic", StringComparison.OrdinalIgnoreCase))
            yield return new("RabbitMq__QueueType must be classic or quorum.");
        if (BrokerNode.All(this) is null)
            yield return new("RabbitMq__Hosts must be hosts of the cluster, separated by commas, such as rabbit-2,rabbit-3:5672.");
        foreach (var problem in BrokerCertificates.Problems(this)) yield return new(problem);
    }
}
