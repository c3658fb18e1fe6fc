using System.ComponentModel.DataAnnotations;

namespace BatchBus.Hosting.Workers;

/// <summary>How often a worker says that it is alive, and how long Api waits to hear of it: the same settings for both.</summary>
public sealed class WorkerOptions : IValidatableObject
{
    /// <summary>The section in the configuration: <c>Workers</c>.</summary>
    public const string SectionName = "Workers";

    /// <summary>A worker sends a heartbeat this often, and when it starts and ends. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:05:00", ErrorMessage = "Workers__HeartbeatInterval must be between 0.5 seconds and 5 minutes.")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Api calls a worker stale that it has not heard of for so long. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Workers__StaleAfter must be between 1 second and 1 hour.")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (StaleAfter < 2 * HeartbeatInterval)
            yield return new("Workers__StaleAfter must be at least twice Workers__HeartbeatInterval: one heartbeat that is late or lost must not look like an end.");
    }
}
