using System.ComponentModel.DataAnnotations;

namespace BatchBus.WhopSimulator;

/// <summary>What the simulator starts with; <c>PUT /_sim/settings</c> changes it while it runs.</summary>
sealed class SimulatorOptions
{
    public const string SectionName = "Simulator";
    public const int MaxRequestsPerMinute = 1_000_000;
    public const int MaxLatencyMs = 60_000;

    /// <summary>Requests a minute for one key and one operation; 0 = no limit. Default 600, as Whop's.</summary>
    [Range(0, MaxRequestsPerMinute, ErrorMessage = "Simulator__RequestsPerMinute must be between {1} and {2}; 0 means no limit.")]
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Milliseconds that each answer is held back. Default 0.</summary>
    [Range(0, MaxLatencyMs, ErrorMessage = "Simulator__LatencyMs must be between {1} and {2} milliseconds.")]
    public int LatencyMs { get; set; }
}
