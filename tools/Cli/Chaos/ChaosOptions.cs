namespace BatchBus.Cli.Chaos;

/// <param name="Rounds">How many rounds.</param>
/// <param name="Seed">The first round's seed; each later round has the next number.</param>
/// <param name="Jobs">Jobs of each round.</param>
/// <param name="Members">Members of a company, on average.</param>
/// <param name="Strikes">Strikes of each round, on average.</param>
/// <param name="Outage">Seconds that a server is away in each round, PostgreSQL and RabbitMQ by turns, instead of the strikes and of the trouble with Whop; 0 for the strikes.</param>
sealed record ChaosOptions(int Rounds, int Seed, int Jobs, int Members, int Strikes, int Outage);
