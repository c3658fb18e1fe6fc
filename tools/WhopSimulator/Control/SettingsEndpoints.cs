namespace BatchBus.WhopSimulator.Control;

static class SettingsEndpoints
{
    public static void MapSettings(this RouteGroupBuilder control)
    {
        control.MapGet("/settings", (SimulatorSettings settings) => Results.Ok(Current(settings)));
        control.MapPut("/settings", (HttpRequest request, SimulatorSettings settings) =>
            ControlBody.Handle<SettingsChange>(request, Problem, change =>
            {
                settings.LatencyMs = change.LatencyMs ?? settings.LatencyMs;
                settings.RequestsPerMinute = change.RequestsPerMinute ?? settings.RequestsPerMinute;
                return Results.Ok(Current(settings));
            }));
    }

    static SettingsChange Current(SimulatorSettings settings) => new(settings.LatencyMs, settings.RequestsPerMinute);

    static string? Problem(SettingsChange change) => change switch
    {
        { LatencyMs: < 0 or > SimulatorOptions.MaxLatencyMs } => $"latencyMs must be between 0 and {SimulatorOptions.MaxLatencyMs}.",
        { RequestsPerMinute: < 0 or > SimulatorOptions.MaxRequestsPerMinute } =>
            $"requestsPerMinute must be between 0 and {SimulatorOptions.MaxRequestsPerMinute}; 0 means no limit.",
        _ => null,
    };

    /// <summary>What is left out stays as it is.</summary>
    sealed record SettingsChange(int? LatencyMs, int? RequestsPerMinute);
}
