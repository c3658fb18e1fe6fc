using System.Globalization;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Stack;
using Npgsql;

namespace BatchBus.Cli.Bench;

/// <param name="Members">Members of the company.</param>
/// <param name="LatencyMs">How long the simulated Whop holds each answer back.</param>
/// <param name="Rounds">How often it is measured, one after the other.</param>
sealed record JobLoad(int Members, int LatencyMs, int Rounds);

/// <summary>One round of <see cref="JobBench"/>.</summary>
/// <param name="Seconds">From the request to the job's end.</param>
/// <param name="Calls">Calls to Whop.</param>
/// <param name="RateLimited">Those that were answered with 429.</param>
/// <param name="MostIn60Seconds">The most calls that Whop saw in any 60 s.</param>
/// <param name="Failures">1 when the audience is not, to the e-mail, what the simulator gave out.</param>
sealed record JobRound(double Seconds, long Calls, long RateLimited, int MostIn60Seconds, int Failures)
{
    /// <summary>Percent of the calls that Whop would have answered in the time.</summary>
    public double BudgetPercent => 100 * (Calls - RateLimited) / (Seconds * StackOptions.WhopRequestsPerMinute / 60);

    public double RateLimitedPercent => 100.0 * RateLimited / Calls;

    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{Seconds:0.0} s, {Calls:N0} calls, {BudgetPercent:0.0} % of the budget, at most {MostIn60Seconds} in 60 s, {RateLimited} answered with 429.");
}

/// <param name="Load">What was measured.</param>
/// <param name="Failures">Rounds that were not exact.</param>
/// <param name="Seconds">From the request to the job's end.</param>
/// <param name="BudgetPercent">Percent of the calls that Whop would have answered in the time.</param>
/// <param name="RateLimitedPercent">Percent of the calls that were answered with 429.</param>
/// <param name="Rounds">The rounds.</param>
sealed record JobBenchResult(
    JobLoad Load, int Failures, Spread Seconds, Spread BudgetPercent, Spread RateLimitedPercent, IReadOnlyList<JobRound> Rounds) : IBenchResult
{
    public static JobBenchResult Of(JobLoad load, IReadOnlyList<JobRound> rounds) => new(
        load, rounds.Sum(round => round.Failures), Spread.Of(rounds.Select(round => round.Seconds)), Spread.Of(rounds.Select(round => round.BudgetPercent)),
        Spread.Of(rounds.Select(round => round.RateLimitedPercent)), rounds);

    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"One job of {Load.Members:N0} members, Whop answering after {Load.LatencyMs} ms, {Rounds.Count} rounds: median {Seconds.Median:0.0} s, least {Seconds.Min:0.0} s, most {Seconds.Max:0.0} s; ")
        + string.Create(CultureInfo.InvariantCulture,
            $"{BudgetPercent.Median:0.0} % of {StackOptions.WhopRequestsPerMinute} requests a minute, {RateLimitedPercent.Median:0.00} % of the calls answered with 429 (at most {RateLimitedPercent.Max:0.00} %).");
}

/// <summary>One job at a time against Whop's limit: how much of the key's budget it uses, and how often it asks too much.</summary>
sealed class JobBench(BenchStack stack, JobLoad load)
{
    public async Task<JobBenchResult> Run(CancellationToken ct)
    {
        await stack.SetWhop(load.LatencyMs, StackOptions.WhopRequestsPerMinute, ct);
        var rounds = new List<JobRound>();
        await using var database = NpgsqlDataSource.Create(stack.Postgres);
        for (var number = 1; number <= load.Rounds; number++)
        {
            rounds.Add(await Round(database, ct));
            stack.Say($"Round {number} of {load.Rounds}: {rounds[^1].Sentence}");
        }
        return JobBenchResult.Of(load, rounds);
    }

    // Each round has a company of its own, and so a key with a whole budget.
    async Task<JobRound> Round(NpgsqlDataSource database, CancellationToken ct)
    {
        var jobs = stack.Jobs();
        await jobs.Create(new DemoOptions(load.Members, Companies: 1, Fetchers: 1, Ingesters: 1, StackOptions.WhopRequestsPerMinute, Keep: true), stack.Tokens, ct);
        await jobs.Follow(_ => { }, ct);
        var failures = await stack.CountWrong(jobs.All, ct);

        using var simulator = new SimulatorClient(stack.Simulator);
        var most = await simulator.MostIn60Seconds(jobs.All[0].CompanyId, ct);

        await using var query = database.CreateCommand(
            "SELECT extract(epoch FROM completed_at - created_at)::float8, api_calls, rate_limited FROM batch_processing_queue WHERE id = $1");
        query.Parameters.Add(new NpgsqlParameter { Value = jobs.All[0].JobId });
        await using var row = await query.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new JobRound(row.GetDouble(0), row.GetInt64(1), row.GetInt64(2), most, failures);
    }
}
