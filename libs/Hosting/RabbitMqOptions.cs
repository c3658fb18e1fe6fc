using System.ComponentModel.DataAnnotations;

namespace BatchBus.Hosting;

/// <summary>Where the broker is.</summary>
public sealed class RabbitMqOptions : IValidatableObject
{
    /// <summary><c>ConnectionStrings__RabbitMq</c>: an AMQP URI (https://www.rabbitmq.com/docs/uri-spec). Required.</summary>
    public string Uri { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps"))
            yield return new("ConnectionStrings__RabbitMq must be an AMQP URI such as amqp://user:password@localhost:5672/vhost.");
    }
}
