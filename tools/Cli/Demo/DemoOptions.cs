namespace BatchBus.Cli.Demo;

/// <param name="Members">Members of each company.</param>
/// <param name="Companies">How many companies are read at the same time.</param>
/// <param name="Fetchers">Fetcher processes.</param>
/// <param name="Ingesters">Ingest processes.</param>
/// <param name="RequestsPerMinute">The rate limit per Whop key.</param>
/// <param name="Keep">Leave everything running at the end.</param>
sealed record DemoOptions(int Members, int Companies, int Fetchers, int Ingesters, int RequestsPerMinute, bool Keep);
