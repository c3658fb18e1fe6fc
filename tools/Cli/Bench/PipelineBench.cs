using BatchBus.Cli.Demo;
using BatchBus.Cli.Stack;
using Npgsql;

namespace BatchBus.Cli.Bench;

/// <param name="Companies">How many are read at the same time, each for a user of its own.</param>
/// <param name="Members">Members of each.</param>
/// <param name="LatencyMs">How long the simulated Whop holds each answer back.</param>
/// <param name="Workers">Fetchers, and as many Ingests.</param>
/// <param name="Rounds">How often it is measured.</param>
sealed record PipelineLoad(int Companies, int Members, int LatencyMs, int Workers, int Rounds);

/// <summary>
/// The whole way from Whop's pages to rows, everything on this machine. In each round also the simplest loop that could do it, and PostgreSQL's bare COPY of the
/// same rows: the machine's own speed changes from minute to minute, and with them it can be told from BatchBus's.
/// </summary>
sealed class PipelineBench(BenchStack stack, PipelineLoad load)
{
    /// <summary>There is no pace that a Whop could be too slow for; and the plain loop beside it has one cursor, too.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string> { ["Jobs__MaxWindows"] = "1" };

    const int MostCopied = 500_000;

    static readonly TimeSpan CountingPause = TimeSpan.FromSeconds(6), CountingLimit = TimeSpan.FromMinutes(1);

    readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(stack.Postgres);

    public async Task<PipelineBenchResult> Run(CancellationToken ct)
    {
        await stack.SetWhop(load.LatencyMs, requestsPerMinute: 0, ct);
        stack.Say("One round to warm up.");
        await Round(0, ct);
        var rounds = new List<PipelineRound>();
        for (var number = 1; number <= load.Rounds; number++)
        {
            rounds.Add(await Round(number, ct));
            stack.Say($"Round {number} of {load.Rounds}: {rounds[^1].Sentence}");
        }
        await _database.DisposeAsync();
        return PipelineBenchResult.Of(load, rounds, stack.PeakMemory());
    }

    async Task<PipelineRound> Round(int number, CancellationToken ct)
    {
        var plain = await new PlainLoop(stack.Simulator, stack.Postgres).Measure($"biz_plain{number}_{load.Members}", ct);
        var before = await Usage.Now(stack, _database, ct);
        var jobs = stack.Jobs();
        await jobs.Create(new DemoOptions(load.Members, load.Companies, load.Workers, load.Workers, StackOptions.WhopRequestsPerMinute, Keep: true), stack.Tokens, ct);
        await jobs.Follow(_ => { }, ct);
        var after = await Usage.Now(stack, _database, ct);

        var failures = await stack.CountWrong(jobs.All, ct);
        var (seconds, calls) = await Totals(jobs.All, ct);
        var copied = jobs.All.Take(Math.Max(1, MostCopied / load.Members)).Select(job => job.AudienceId).ToArray();
        var copy = new BareCopy(stack.Postgres);
        return new PipelineRound(
            Members: (long)load.Companies * load.Members, seconds, failures, plain,
            CopyPerSecond: await copy.Measure(copied, 1, ct), CopyBy4PerSecond: await copy.Measure(copied, 4, ct),
            CpuSeconds: after.Cpu.Since(before.Cpu), WalBytes: after.Wal - before.Wal, Messages: after.Messages - before.Messages, calls);
    }

    /// <summary>The time from the first request to the last end, and the calls to Whop, as the jobs' rows have them.</summary>
    async Task<(double Seconds, long Calls)> Totals(IReadOnlyList<DemoJob> jobs, CancellationToken ct)
    {
        await using var query = _database.CreateCommand(
            "SELECT extract(epoch FROM max(completed_at) - min(created_at))::float8, sum(api_calls)::bigint FROM batch_processing_queue WHERE id = ANY ($1)");
        query.Parameters.Add(new NpgsqlParameter { Value = jobs.Select(job => job.JobId).ToArray() });
        await using var row = await query.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetDouble(0), row.GetInt64(1));
    }

    /// <summary>What everything has used since it was started.</summary>
    sealed record Usage(CpuTime Cpu, decimal Wal, long Messages)
    {
        public static async Task<Usage> Now(BenchStack stack, NpgsqlDataSource database, CancellationToken ct)
        {
            var cpu = CpuTime.Of(stack.Processes);
            await using var query = database.CreateCommand("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')");
            return new Usage(cpu, (decimal)(await query.ExecuteScalarAsync(ct))!, await CountMessages(stack, ct));
        }

        // RabbitMQ counts anew every five seconds: when it says the same twice, nothing is missing.
        static async Task<long> CountMessages(BenchStack stack, CancellationToken ct)
        {
            var limit = new Limit(CountingLimit);
            var (before, now) = (-1L, await stack.MessagesPublished(ct));
            while (now != before && !limit.IsOver)
            {
                await Task.Delay(CountingPause, TimeProvider.System, ct);
                (before, now) = (now, await stack.MessagesPublished(ct));
            }
            return now;
        }
    }
}
