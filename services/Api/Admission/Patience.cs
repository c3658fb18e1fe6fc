using Microsoft.Extensions.Options;

namespace BatchBus.Api.Admission;

/// <summary>How long a running job may stand still before it is driven on.</summary>
sealed class Patience(IOptions<AdmissionOptions> admission, IOptions<SliceOptions> slices)
{
    /// <summary>For a job that was started by a version without a watchdog, counted from its last change.</summary>
    public static readonly TimeSpan OfOldJobs = TimeSpan.FromMinutes(1);

    /// <summary>How long a slice may use its connection's key at most, once a Fetcher has it.</summary>
    public TimeSpan SliceTime => slices.Value.SliceTime;

    /// <summary>The longest that a job is waited for, whatever speaks for it, without a slice's time.</summary>
    public TimeSpan Longest => admission.Value.LongestStallTimeout;

    /// <summary>
    /// The stall time, doubled for each drive in a row that has brought nothing, so that a queue without consumers is not flooded; and a slice's
    /// time, for a slice that was just begun is not late.
    /// </summary>
    public TimeSpan After(int fruitlessDrives)
    {
        var o = admission.Value;
        return TimeSpan.FromSeconds(Math.Min(o.StallTimeout.TotalSeconds * Math.Pow(2, fruitlessDrives), o.LongestStallTimeout.TotalSeconds)) + SliceTime;
    }
}
