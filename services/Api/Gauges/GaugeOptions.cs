using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Gauges;

/// <summary>How fresh the gauges are.</summary>
sealed class GaugeOptions
{
    public const string SectionName = "Gauges";

    /// <summary>How often what the gauges show is counted. Default 15 s, as often as Prometheus looks.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Gauges__Every must be between 1 second and 10 minutes.")]
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(15);
}
