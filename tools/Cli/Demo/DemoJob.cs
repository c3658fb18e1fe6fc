using BatchBus.Cli.Client;

namespace BatchBus.Cli.Demo;

/// <summary>One company of the demo, and the job that reads it.</summary>
/// <param name="CompanyId">The simulator's company; the number at its end is how many members it has.</param>
/// <param name="Members">How many that is.</param>
/// <param name="Token">The bearer token of its owner: each company belongs to a user of its own.</param>
sealed record DemoJob(string CompanyId, long Members, string Token)
{
    public Guid JobId { get; set; }
    public Guid AudienceId { get; set; }

    /// <summary>What the Api said last.</summary>
    public Job? Latest { get; set; }

    public bool HasEnded => Latest?.HasEnded ?? false;
    public long Stored => Latest?.Progress.MembersFetched ?? 0;
    public string Phase => Latest?.Phase(Members) ?? "waiting";
}
