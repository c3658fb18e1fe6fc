using BatchBus.WhopSimulator.Api;
using BatchBus.WhopSimulator.Companies;

namespace BatchBus.WhopSimulator.Faults;

/// <summary>What is wrong with a fault that someone asks for.</summary>
static class FaultRules
{
    const int MaxSeconds = 3600;

    static readonly string[] Operations = [MembersEndpoint.Operation, CompaniesEndpoint.Operation];

    /// <summary>One sentence, or null when all is well.</summary>
    public static string? Problem(Fault fault)
    {
        if (!FaultKind.All.Contains(fault.Kind)) return $"kind must be one of {string.Join(", ", FaultKind.All)}.";
        if (!Operations.Contains(fault.Operation)) return $"operation must be one of {string.Join(", ", Operations)}.";
        if (FaultKind.MembersOnly.Contains(fault.Kind) && fault.Operation != MembersEndpoint.Operation)
            return $"{fault.Kind} can only hit the operation {MembersEndpoint.Operation}.";
        if (fault.CompanyId is not null && CompanyId.Parse(fault.CompanyId) is null) return CompanyId.Rule;
        return NumberProblem(fault);
    }

    static string? NumberProblem(Fault fault) => fault switch
    {
        { Count: < 1 } => "count must be at least 1, or left out for no end.",
        { Probability: not (> 0 and <= 1) } => "probability must be above 0 and at most 1.",
        { FromPage: < 1 } => "fromPage must be at least 1.",
        { FromRequest: < 1 } => "fromRequest must be at least 1.",
        { RetryAfterSeconds: not (>= 1 and <= MaxSeconds) } => $"retryAfterSeconds must be between 1 and {MaxSeconds}.",
        { DelaySeconds: not (> 0 and <= MaxSeconds) } => $"delaySeconds must be above 0 and at most {MaxSeconds}.",
        _ => null,
    };
}
