using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Events;

/// <summary>How the streams of events are kept fresh.</summary>
sealed class EventOptions
{
    public const string SectionName = "Events";

    /// <summary>How often an Api that has listeners looks what has changed, in one query for all of them. Default 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:01", ErrorMessage = "Events__Tick must be between 0.05 seconds and 1 second.")]
    public TimeSpan Tick { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A stream that has nothing to say sends a comment this often, so that no proxy takes it for dead, and a client a dead one for quiet. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30", ErrorMessage = "Events__Heartbeat must be between 0.1 and 30 seconds.")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Streams that one user may have open at one Api. Default 20.</summary>
    [Range(1, 10_000, ErrorMessage = "Events__MaxStreamsPerUser must be between 1 and 10000.")]
    public int MaxStreamsPerUser { get; set; } = 20;
}
