using System.Globalization;
using BatchBus.Cli.Client;
using BatchBus.Cli.Stack;
using Npgsql;

namespace BatchBus.Cli.Bench;

/// <param name="Published">True for programs that were published as for the images, false for those of a plain build.</param>
/// <param name="Rounds">Milliseconds from the start of the processes to the first row, of each round.</param>
/// <param name="Milliseconds">The same in three figures.</param>
sealed record ColdStartResult(bool Published, IReadOnlyList<double> Rounds, Spread Milliseconds) : IBenchResult
{
    public int Failures => 0; // a round without a row ends the benchmark

    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"From the start of a Fetcher and an Ingest to the first row of a job that waited for them, over {Rounds.Count} rounds: {Milliseconds.In("ms")}.");
}

/// <summary>
/// Lets a job wait with no Fetcher and no Ingest anywhere, then starts one of each. The programs' files are in the system's cache after the first round,
/// as they are on a machine that has run them before.
/// </summary>
sealed class ColdStartBench(BenchStack stack, int rounds, bool published)
{
    // A slice and a bit.
    const int Members = 2_500;

    static readonly TimeSpan RoundLimit = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromMilliseconds(10);
    static readonly string[] Workers = [ServiceNames.Worker(ServiceNames.Fetcher, 1), ServiceNames.Worker(ServiceNames.Ingest, 1)];

    public async Task<ColdStartResult> Run(CancellationToken ct)
    {
        var specs = Workers.Select(stack.SpecOf).ToArray();
        if (published)
        {
            stack.Say("Publishing Fetcher and Ingest as for their images.");
            for (var i = 0; i < specs.Length; i++) specs[i] = await new PublishedPrograms(stack.Checkout).Instead(specs[i], ct);
        }

        await using var database = new NpgsqlConnection(stack.Postgres);
        await database.OpenAsync(ct);
        var times = new List<double>();
        for (var round = 1; round <= rounds; round++)
        {
            var (token, job) = await Waiting(round, ct);
            var start = TimeProvider.System.GetTimestamp();
            foreach (var spec in specs) stack.Begin(spec);
            await Row(database, job.AudienceId, ct);
            times.Add(Math.Round(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds));
            stack.Say(string.Create(CultureInfo.InvariantCulture, $"Round {round}: {times[^1]:N0} ms."));

            await Until(token, job.JobId, found => found.Status == "completed", ct);
            foreach (var worker in Workers) await stack.Stop(worker);
        }
        return new ColdStartResult(published, times, Spread.Of(times));
    }

    /// <summary>A job whose first slice waits in the queue.</summary>
    async Task<(string Token, BatchListAccepted Job)> Waiting(int round, CancellationToken ct)
    {
        var (token, company) = (stack.Token(round), string.Create(CultureInfo.InvariantCulture, $"biz_cold{round}_{Members}"));
        var api = stack.Api.As(token);
        var job = await api.CreateBatchList(await api.CreateConnection(company, $"sim_{company}", ct), "Everybody", ct);
        await Until(token, job.JobId, found => found.Status == "processing", ct);
        return (token, job);
    }

    async Task Until(string token, Guid id, Func<Job, bool> isThere, CancellationToken ct)
    {
        for (var limit = new Limit(RoundLimit); ; await Limit.Pause(ct))
        {
            var job = await stack.Api.As(token).Job(id, ct);
            if (job.Error is { } error) throw new CliException($"The job {id} went wrong: {error.Message}");
            if (isThere(job)) return;
            if (limit.IsOver) throw new CliException($"The job {id} is still {job.Status} after {RoundLimit.TotalSeconds:0} s.");
        }
    }

    static async Task Row(NpgsqlConnection database, Guid audience, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM audience_members WHERE audience_id = $1)", database) { Parameters = { new() { Value = audience } } };
        for (var limit = new Limit(RoundLimit); await command.ExecuteScalarAsync(ct) is not true; await Task.Delay(Pause, TimeProvider.System, ct))
            if (limit.IsOver) throw new CliException($"No row after {RoundLimit.TotalSeconds:0} s.");
    }
}
