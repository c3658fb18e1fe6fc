using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Stats;

/// <summary>How the figures of a day are kept.</summary>
sealed class StatsOptions
{
    public const string SectionName = "Stats";

    /// <summary>How often they are counted anew. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Stats__Every must be between 1 second and 1 hour.")]
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many days, today included, are counted anew; those before stay as they are. Default 3: a day is final two days after its end.</summary>
    [Range(1, 30, ErrorMessage = "Stats__Days must be between 1 and 30.")]
    public int Days { get; set; } = 3;
}
