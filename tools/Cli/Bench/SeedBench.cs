using System.Globalization;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Stack;
using Npgsql;

namespace BatchBus.Cli.Bench;

/// <param name="Companies">How many companies are read, each for a user of its own.</param>
/// <param name="Members">Members of each.</param>
sealed record SeedLoad(int Companies, int Members)
{
    public long Total => (long)Companies * Members;
}

/// <summary>A whole load in one run: does it stay as fast, and as small, as it begins?</summary>
sealed class SeedBench(BenchStack stack, SeedLoad load)
{
    static readonly TimeSpan Step = TimeSpan.FromSeconds(10), SayEvery = TimeSpan.FromMinutes(1);

    readonly TimeProvider _clock = TimeProvider.System;
    readonly List<MemorySample> _memory = [];

    public async Task<SeedBenchResult> Run(CancellationToken ct)
    {
        await stack.SetWhop(latencyMs: 0, requestsPerMinute: 0, ct);
        await using var database = NpgsqlDataSource.Create(stack.Postgres);
        var jobs = stack.Jobs();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = Watch(database, done.Token);
        try
        {
            await jobs.Create(new DemoOptions(load.Members, load.Companies, Fetchers: 1, Ingesters: 1, StackOptions.WhopRequestsPerMinute, Keep: true), stack.Tokens, ct);
            await jobs.Follow(_ => { }, ct);
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }

        var (seconds, bytes) = await Extent(database, ct);
        stack.Say("All jobs have ended. Comparing every e-mail with what the simulator gave out.");
        return new SeedBenchResult(load, await stack.CountWrong(jobs.All, ct), seconds, await TenthsPerSecond(database, ct), bytes, MemoryCourse.Of(_memory));
    }

    /// <summary>Notes every ten seconds what memory the services have, and says every minute how far it is, until it is told to stop.</summary>
    async Task Watch(NpgsqlDataSource database, CancellationToken ct)
    {
        var (started, said) = (_clock.GetTimestamp(), 0);
        try
        {
            using var timer = new PeriodicTimer(Step, _clock);
            while (await timer.WaitForNextTickAsync(ct))
            {
                var at = _clock.GetElapsedTime(started);
                _memory.Add(new MemorySample(at, stack.Memory()));
                if ((int)(at / SayEvery) == said) continue;
                said = (int)(at / SayEvery);
                var stored = await Stored(database, ct);
                stack.Say(string.Create(CultureInfo.InvariantCulture,
                    $"After {said} minutes {stored:N0} of {load.Total:N0} members; memory: {_memory[^1].Sentence}."));
            }
        }
        catch (OperationCanceledException)
        {
            // All jobs have ended, or somebody has pressed Ctrl+C; then the caller stops, too.
        }
    }

    static async Task<long> Stored(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var query = database.CreateCommand("SELECT coalesce(sum(members_fetched), 0)::bigint FROM batch_processing_progress");
        return (long)(await query.ExecuteScalarAsync(ct))!;
    }

    static async Task<(double Seconds, long Bytes)> Extent(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var query = database.CreateCommand(
            "SELECT extract(epoch FROM max(completed_at) - min(created_at))::float8, pg_database_size(current_database()) FROM batch_processing_queue");
        await using var row = await query.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetDouble(0), row.GetInt64(1));
    }

    /// <summary>By the ledger, in the order in which the pages were stored. It has the time of each batch, so a load of a few batches has no tenths.</summary>
    static async Task<IReadOnlyList<double>> TenthsPerSecond(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var query = database.CreateCommand("""
            WITH pages AS (SELECT members, ingested_at, ntile(10) OVER (ORDER BY ingested_at) AS tenth FROM batch_processing_pages)
            SELECT sum(members) / nullif(extract(epoch FROM max(ingested_at) - min(ingested_at)), 0)::float8 FROM pages GROUP BY tenth ORDER BY tenth
            """);
        query.CommandTimeout = 0;
        await using var rows = await query.ExecuteReaderAsync(ct);
        var tenths = new List<double>();
        while (await rows.ReadAsync(ct))
            tenths.Add(await rows.IsDBNullAsync(0, ct) ? throw new CliException("That is too little to tell the rate of its tenths: give more companies or members.") : rows.GetDouble(0));
        return tenths;
    }
}
