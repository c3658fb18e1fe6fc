using System.ComponentModel.DataAnnotations;
using RabbitMQ.Client;

namespace BatchBus.Api.Broker;

/// <summary>Where RabbitMQ's management API is, and who asks it (https://www.rabbitmq.com/docs/management).</summary>
sealed class ManagementOptions : IValidatableObject
{
    public const string SectionName = "RabbitMq";

    // RabbitMQ's own defaults. Over TLS where AMQP is: the password goes along.
    const int Port = 15672, TlsPort = 15671;

    /// <summary>
    /// Its address, if it is not on the broker's host with the usual port. It may name another user than that of <c>ConnectionStrings__RabbitMq</c>, e.g.
    /// <c>http://monitoring:password@host:15672</c>.
    /// </summary>
    public string? ManagementUrl { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(ManagementUrl) && !(Uri.TryCreate(ManagementUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            yield return new("RabbitMq__ManagementUrl must be an address such as http://localhost:15672.");
    }

    /// <summary>The address that lists the queues of the broker's virtual host, without a password in it, and who asks.</summary>
    public ManagementAddress Of(Uri amqp)
    {
        var broker = new ConnectionFactory { Uri = amqp };
        var isTls = amqp.Scheme == "amqps";
        var url = string.IsNullOrEmpty(ManagementUrl)
            ? new UriBuilder(isTls ? "https" : "http", amqp.Host, isTls ? TlsPort : Port)
            : new UriBuilder(ManagementUrl);
        var user = url.UserName.Length > 0
            ? new ManagementUser(Uri.UnescapeDataString(url.UserName), Uri.UnescapeDataString(url.Password))
            : new ManagementUser(broker.UserName, broker.Password);
        (url.UserName, url.Password) = ("", "");
        if (!url.Path.EndsWith('/')) url.Path += "/";
        return new ManagementAddress(url.Uri, broker.VirtualHost, user);
    }
}

/// <summary>A user of the management API.</summary>
sealed record ManagementUser(string Name, string Password);

/// <summary>What to ask whom.</summary>
/// <param name="Url">The management API, with a slash at its end.</param>
/// <param name="VirtualHost">The virtual host of the queues.</param>
/// <param name="User">Who asks.</param>
sealed record ManagementAddress(Uri Url, string VirtualHost, ManagementUser User);
