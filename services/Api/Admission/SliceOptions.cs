using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Admission;

/// <summary>What the saga has to know of Fetcher's settings: give both services the same.</summary>
sealed class SliceOptions
{
    public const string SectionName = "Fetcher";

    /// <summary>How long a slice may take. Default 10 s, as in Fetcher.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Fetcher__SliceTime must be between 1 second and 5 minutes, and the same for Api and Fetcher.")]
    public TimeSpan SliceTime { get; set; } = TimeSpan.FromSeconds(10);
}
