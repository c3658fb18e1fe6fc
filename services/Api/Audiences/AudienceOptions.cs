using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Audiences;

/// <summary>How the members of deleted audiences are deleted.</summary>
sealed class AudienceOptions
{
    public const string SectionName = "Audiences";

    /// <summary>Members deleted in one transaction. Default 5,000: a few dozen milliseconds.</summary>
    [Range(1, 100_000, ErrorMessage = "Audiences__DeletionStep must be between 1 and 100000.")]
    public int DeletionStep { get; set; } = 5_000;

    /// <summary>How often an Api looks for deletions that another one left undone; its own begin at once. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00", ErrorMessage = "Audiences__DeletionTick must be between 0.1 seconds and 1 hour.")]
    public TimeSpan DeletionTick { get; set; } = TimeSpan.FromSeconds(5);
}
