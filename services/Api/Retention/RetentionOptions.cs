using System.ComponentModel.DataAnnotations;

namespace BatchBus.Api.Retention;

/// <summary>How long things are kept that nobody works with any more. Zero keeps them for ever; members, audiences and active jobs always stay.</summary>
sealed class RetentionOptions : IValidatableObject
{
    public const string SectionName = "Retention";

    static readonly TimeSpan Least = TimeSpan.FromDays(1), Most = TimeSpan.FromDays(36_500);

    /// <summary>The ledger of a job's pages, after the job's end. A job whose ledger is gone cannot be retried. Default 7 days.</summary>
    public TimeSpan PageLedger { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Ended jobs with their progress; not their audiences. Default 90 days. At least a day, so that no Idempotency-Key is free again sooner.</summary>
    public TimeSpan Jobs { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Workers that have stopped or are not heard of any more, after their last sign of life. Default 7 days.</summary>
    public TimeSpan Workers { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The statistics of a day. Default 730 days.</summary>
    public TimeSpan Stats { get; set; } = TimeSpan.FromDays(730);

    /// <summary>The ids of messages that were handled, by which a second delivery is recognised. Default 30 minutes.</summary>
    [Range(typeof(TimeSpan), "00:30:00", "30.00:00:00", ErrorMessage = "Retention__Inbox must be between 30 minutes (00:30:00) and 30 days (30.00:00:00).")]
    public TimeSpan Inbox { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How often it is looked for what may go. Default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ErrorMessage = "Retention__Interval must be between 1 minute (00:01:00) and 7 days (7.00:00:00).")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Rows that one transaction deletes at most: few enough that none holds its locks for long. Default 1,000.</summary>
    [Range(1, 10_000, ErrorMessage = "Retention__ChunkRows must be between 1 and 10000.")]
    public int ChunkRows { get; set; } = 1_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, age) in ((string, TimeSpan)[])[(nameof(PageLedger), PageLedger), (nameof(Jobs), Jobs), (nameof(Workers), Workers), (nameof(Stats), Stats)])
            if (age != TimeSpan.Zero && (age < Least || age > Most))
                yield return new($"Retention__{name} must be between 1 day (1.00:00:00) and 36500 days, or 0 to keep everything.");
    }
}
