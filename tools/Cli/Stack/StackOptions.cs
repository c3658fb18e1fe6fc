namespace BatchBus.Cli.Stack;

/// <summary>What shall run; null leaves a running stack as it is, and stands for the default of one that is started.</summary>
/// <param name="Fetchers">How many Fetchers; default 1.</param>
/// <param name="Ingesters">How many Ingests; default 1.</param>
/// <param name="RequestsPerMinute">The rate limit per Whop key; default Whop's, 600. Only used when the services are started.</param>
sealed record StackOptions(int? Fetchers = null, int? Ingesters = null, int? RequestsPerMinute = null)
{
    /// <summary>Whop's limit per operation and key.</summary>
    public const int WhopRequestsPerMinute = 600;
}
