using System.ComponentModel.DataAnnotations;

namespace BatchBus.Fetcher;

/// <summary>How a Fetcher works.</summary>
sealed class FetcherOptions
{
    public const string SectionName = "Fetcher";

    /// <summary>Slices read at once; also the prefetch, so that priority orders all that wait. Default 32.</summary>
    [Range(1, 1000, ErrorMessage = "Fetcher__ConcurrentSlices must be between 1 and 1000.")]
    public int ConcurrentSlices { get; set; } = 32;

    /// <summary>A slice ends after this time even when it has pages left, so that no message stands for long. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Fetcher__SliceTime must be between 1 second and 5 minutes.")]
    public TimeSpan SliceTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait that Whop may ask for without ending the slice. Longer ones free the consumer. Default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ErrorMessage = "Fetcher__LongestWait must be between 0 and 1 minute.")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time limit for the broker to confirm a page. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Fetcher__PublishTimeout must be between 1 second and 10 minutes.")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
