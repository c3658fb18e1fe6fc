using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Access;

/// <summary>How much one user may write. Every replica of Api counts for itself.</summary>
sealed class RateLimitOptions
{
    public const string SectionName = "RateLimit";

    /// <summary>Requests of a user that change something, per minute and in the long run. Default 600.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimit__WritesPerMinute must be between 1 and 1000000.")]
    public int WritesPerMinute { get; set; } = 600;

    /// <summary>Such requests that may come at once, after a rest. Default 200.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimit__Burst must be between 1 and 1000000.")]
    public int Burst { get; set; } = 200;
}
