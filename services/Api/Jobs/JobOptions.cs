using System.ComponentModel.DataAnnotations;
using BatchBus.Contracts;

namespace BatchBus.Api.Jobs;

/// <summary>How the saga drives a job.</summary>
sealed class JobOptions : IValidatableObject
{
    public const string SectionName = "Jobs";

    /// <summary>Pages in one slice. Default 20: two seconds at Whop's pace.</summary>
    [Range(1, 1000, ErrorMessage = "Jobs__PagesPerSlice must be between 1 and 1000.")]
    public int PagesPerSlice { get; set; } = 20;

    /// <summary>No slice is sent while more pages than this wait to be stored. Default 60, three slices.</summary>
    [Range(1, 100_000, ErrorMessage = "Jobs__MaxPagesWaiting must be between 1 and 100000.")]
    public int MaxPagesWaiting { get; set; } = 60;

    /// <summary>
    /// Windows of a company that are read side by side at most, where Whop takes so long to answer that one cursor cannot use the key's whole budget; 1 reads every
    /// company with one cursor. Default 8, enough for answers after half a second.
    /// </summary>
    [Range(1, 32, ErrorMessage = "Jobs__MaxWindows must be between 1 and 32.")]
    public int MaxWindows { get; set; } = 8;

    /// <summary>
    /// How far back before the last complete reading a refresh of the new members begins: for clocks that differ, and members whom Whop shows late. Default 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00", ErrorMessage = "Jobs__RefreshOverlap must be between 0 and 30 days.")]
    public TimeSpan RefreshOverlap { get; set; } = TimeSpan.FromHours(1);

    /// <summary>First wait when a slice stops and Whop does not say how long; it doubles with each stop in a row. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00", ErrorMessage = "Jobs__FirstBackOff must be between 0.1 seconds and 10 minutes.")]
    public TimeSpan FirstBackOff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest such wait. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Jobs__LongestBackOff must be between 1 second and 1 day.")]
    public TimeSpan LongestBackOff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages that the saga works on at once, each with a database connection. Default 16.</summary>
    [Range(1, 256, ErrorMessage = "Jobs__ConcurrentMessages must be between 1 and 256; each needs a database connection.")]
    public int ConcurrentMessages { get; set; } = 16;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxPagesWaiting < PagesIngested.ReportEvery)
            yield return new($"Jobs__MaxPagesWaiting must be at least {PagesIngested.ReportEvery}: Ingest reports every {PagesIngested.ReportEvery} pages, " +
                             "and a job that waits for fewer would wait for ever.");
        if (LongestBackOff < FirstBackOff)
            yield return new("Jobs__LongestBackOff must not be shorter than Jobs__FirstBackOff.");
    }
}
