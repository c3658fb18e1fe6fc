using System.ComponentModel.DataAnnotations;

namespace BatchBus.Ingest;

/// <summary>How an Ingest works.</summary>
sealed class IngestOptions
{
    public const string SectionName = "Ingest";

    /// <summary>Pages written in one transaction at most. Default 20, which is about 2,000 rows: what one statement carries best.</summary>
    [Range(1, 500, ErrorMessage = "Ingest__PagesPerBatch must be between 1 and 500.")]
    public int PagesPerBatch { get; set; } = 20;

    /// <summary>Transactions at once, each with a connection of its own. Default 2.</summary>
    [Range(1, 64, ErrorMessage = "Ingest__ConcurrentBatches must be between 1 and 64.")]
    public int ConcurrentBatches { get; set; } = 2;

    /// <summary>How long a batch waits to fill up. Default 50 ms; a full one does not wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10", ErrorMessage = "Ingest__BatchWait must be between 1 millisecond and 10 seconds.")]
    public TimeSpan BatchWait { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Pages that are taken from the queue at once: one batch beyond those being written is collected meanwhile.</summary>
    public int PagesInHand => PagesPerBatch * (ConcurrentBatches + 1);

    /// <summary>Time limit for the broker to confirm a report. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Ingest__PublishTimeout must be between 1 second and 10 minutes.")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
