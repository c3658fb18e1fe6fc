using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Admission;

/// <summary>How many jobs run, and how the waiting ones are ordered.</summary>
sealed class AdmissionOptions : IValidatableObject
{
    public const string SectionName = "Admission";

    /// <summary>Jobs that run at once, in all. Default 200.</summary>
    [Range(1, 100_000, ErrorMessage = "Admission__MaxActiveJobs must be between 1 and 100000.")]
    public int MaxActiveJobs { get; set; } = 200;

    /// <summary>Slots beyond <see cref="MaxActiveJobs"/> that only vip jobs may take, so that one never waits for a slot behind others. Default 20.</summary>
    [Range(0, 10_000, ErrorMessage = "Admission__ReservedForVip must be between 0 and 10000.")]
    public int ReservedForVip { get; set; } = 20;

    /// <summary>Jobs of one owner that run at once. Default 20.</summary>
    [Range(1, 100_000, ErrorMessage = "Admission__MaxActiveJobsPerOwner must be between 1 and 100000.")]
    public int MaxActiveJobsPerOwner { get; set; } = 20;

    /// <summary>A pending job rises one priority level each time it has waited this long, so that none starves. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "Admission__RiseAfter must be between 1 second and 7 days.")]
    public TimeSpan RiseAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often admission looks even when nobody woke it; a fifth as often while no job waits or runs. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00", ErrorMessage = "Admission__Tick must be between 50 milliseconds and 1 minute.")]
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A proposed start that has come to nothing is proposed again after this time. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Admission__ProposeAgainAfter must be between 1 second and 5 minutes.")]
    public TimeSpan ProposeAgainAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A running job that has not moved for this long, and Fetcher's slice time more, twice that while a slice is under way, is driven on. The patience doubles with
    /// each drive that brings nothing, and pages have so much longer as Ingest is behind with their level. Default 15 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Admission__StallTimeout must be between 1 second and 1 hour.")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest such patience. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Admission__LongestStallTimeout must be between 1 second and 1 day.")]
    public TimeSpan LongestStallTimeout { get; set; } = TimeSpan.FromMinutes(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxActiveJobsPerOwner > MaxActiveJobs)
            yield return new("Admission__MaxActiveJobsPerOwner must not exceed Admission__MaxActiveJobs.");
        if (LongestStallTimeout < StallTimeout)
            yield return new("Admission__LongestStallTimeout must not be shorter than Admission__StallTimeout.");
    }
}
