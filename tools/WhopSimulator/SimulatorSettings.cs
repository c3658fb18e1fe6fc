using Microsoft.Extensions.Options;

namespace BatchBus.WhopSimulator;

/// <summary>The settings in force now.</summary>
sealed class SimulatorSettings(IOptions<SimulatorOptions> options)
{
    volatile int _requestsPerMinute = options.Value.RequestsPerMinute;
    volatile int _latencyMs = options.Value.LatencyMs;

    /// <summary>0 = no limit.</summary>
    public int RequestsPerMinute { get => _requestsPerMinute; set => _requestsPerMinute = value; }

    public int LatencyMs { get => _latencyMs; set => _latencyMs = value; }
}
