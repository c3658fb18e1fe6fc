using System.Globalization;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Stack;
using Npgsql;

namespace BatchBus.Cli.Bench;

/// <param name="Companies">How many companies' pages wait.</param>
/// <param name="Members">Members of each.</param>
/// <param name="Rounds">How often it is measured.</param>
sealed record IngestLoad(int Companies, int Members, int Rounds);

/// <summary>One round of <see cref="IngestBench"/>.</summary>
/// <param name="PerSecond">Members a second, from the first stored batch to the last.</param>
/// <param name="CopyPerSecond">Rows a second of a bare COPY over one connection.</param>
/// <param name="CopyBy4PerSecond">The same over four.</param>
/// <param name="Failures">Jobs that are not, to the e-mail, what the simulator gave out.</param>
sealed record IngestRound(double PerSecond, double CopyPerSecond, double CopyBy4PerSecond, int Failures)
{
    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{PerSecond:N0} members/s; COPY {CopyPerSecond:N0} over one connection and {CopyBy4PerSecond:N0} over four.");
}

/// <summary>The medians over the rounds of <see cref="IngestBench"/>; ratios are taken within each round.</summary>
/// <param name="Load">What was measured.</param>
/// <param name="Failures">Jobs that were not exact.</param>
/// <param name="PerSecond">Members a second.</param>
/// <param name="OfCopy">That, as a share of the bare COPY's over one connection.</param>
/// <param name="OfCopyBy4">And over four.</param>
/// <param name="Rounds">The rounds.</param>
sealed record IngestBenchResult(
    IngestLoad Load, int Failures, double PerSecond, double OfCopy, double OfCopyBy4, IReadOnlyList<IngestRound> Rounds) : IBenchResult
{
    public static IngestBenchResult Of(IngestLoad load, IReadOnlyList<IngestRound> rounds)
    {
        double Middle(Func<IngestRound, double> figure) => Spread.Of(rounds.Select(figure)).Median;

        return new IngestBenchResult(load, rounds.Sum(round => round.Failures), Middle(r => r.PerSecond), Middle(r => r.PerSecond / r.CopyPerSecond),
            Middle(r => r.PerSecond / r.CopyBy4PerSecond), rounds);
    }

    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"""
        One Ingest, {Load.Companies} companies of {Load.Members:N0} members waiting in the queue; medians of {Load.Rounds} rounds:
          {PerSecond:N0} members/s: {OfCopy:P0} of a bare COPY over one connection, {OfCopyBy4:P0} of one over four.
          Jobs that were not exact: {Failures}.
        """);
}

/// <summary>Lets all pages of some companies wait in the queue, then starts an Ingest: from the queue to rows, with nothing else to do.</summary>
sealed class IngestBench(BenchStack stack, IngestLoad load)
{
    /// <summary>Pages may wait without end, and nobody drives a job on that stands because nothing is stored.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["Jobs__MaxPagesWaiting"] = "100000", ["Admission__StallTimeout"] = "00:10:00", ["Jobs__MaxWindows"] = "1",
    };

    static readonly string Ingest = ServiceNames.Worker(ServiceNames.Ingest, 1);
    static readonly TimeSpan FillLimit = TimeSpan.FromMinutes(5);

    public async Task<IngestBenchResult> Run(CancellationToken ct)
    {
        await stack.SetWhop(latencyMs: 0, requestsPerMinute: 0, ct);
        await using var database = NpgsqlDataSource.Create(stack.Postgres);
        stack.Say("One round to warm up.");
        await Round(database, ct);
        var rounds = new List<IngestRound>();
        for (var number = 1; number <= load.Rounds; number++)
        {
            rounds.Add(await Round(database, ct));
            stack.Say($"Round {number} of {load.Rounds}: {rounds[^1].Sentence}");
        }
        return IngestBenchResult.Of(load, rounds);
    }

    async Task<IngestRound> Round(NpgsqlDataSource database, CancellationToken ct)
    {
        await stack.Stop(Ingest);
        var jobs = stack.Jobs();
        await jobs.Create(new DemoOptions(load.Members, load.Companies, Fetchers: 1, Ingesters: 1, StackOptions.WhopRequestsPerMinute, Keep: true), stack.Tokens, ct);
        var ids = jobs.All.Select(job => job.JobId).ToArray();
        await Fetched(database, ids, ct);
        stack.Begin(Ingest);
        await jobs.Follow(_ => { }, ct);

        var perSecond = await Rate(database, ids, ct);
        var failures = await stack.CountWrong(jobs.All, ct);
        var (copy, audiences) = (new BareCopy(stack.Postgres), jobs.All.Select(job => job.AudienceId).ToArray());
        return new IngestRound(perSecond, await copy.Measure(audiences, 1, ct), await copy.Measure(audiences, 4, ct), failures);
    }

    static async Task Fetched(NpgsqlDataSource database, Guid[] jobs, CancellationToken ct)
    {
        await using var query = database.CreateCommand("SELECT bool_and(fetched_all) FROM batch_processing_queue WHERE id = ANY ($1)");
        query.Parameters.Add(new NpgsqlParameter { Value = jobs });
        for (var limit = new Limit(FillLimit); await query.ExecuteScalarAsync(ct) is not true; await Limit.Pause(ct))
            if (limit.IsOver) throw new CliException($"Not all pages were read after {FillLimit.TotalMinutes:0} minutes.");
    }

    /// <summary>By the ledger, without the first batch: its time is not known.</summary>
    static async Task<double> Rate(NpgsqlDataSource database, Guid[] jobs, CancellationToken ct)
    {
        await using var query = database.CreateCommand("""
            WITH pages AS (SELECT members, ingested_at FROM batch_processing_pages WHERE job_id = ANY ($1)),
                 span AS (SELECT min(ingested_at) AS first, max(ingested_at) AS last FROM pages)
            SELECT sum(members) / extract(epoch FROM max(last) - max(first))::float8 FROM pages, span WHERE ingested_at > first
            """);
        query.Parameters.Add(new NpgsqlParameter { Value = jobs });
        return (double)(await query.ExecuteScalarAsync(ct))!;
    }
}
