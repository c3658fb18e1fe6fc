using System.Globalization;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Bench;

/// <param name="Waiting">Normal jobs that were before it.</param>
/// <param name="Rounds">How often it was measured.</param>
/// <param name="Milliseconds">From the request to the first stored page.</param>
sealed record VipBenchResult(int Waiting, int Rounds, Latencies Milliseconds) : IBenchResult
{
    public int Failures => 0; // a round without a page ends the benchmark

    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"A vip job behind {Waiting:N0} normal ones has its first page stored, over {Rounds} rounds: median {Milliseconds.Median:N0} ms, longest {Milliseconds.Max:N0} ms.");
}

/// <summary>Queues normal jobs until every slot and the queue are full, then asks for vip jobs, one at a time.</summary>
sealed class VipBench(BenchStack stack, int waiting, int rounds)
{
    // Long enough that none of them ends before the last round.
    const int MembersOfEach = 100_000;
    const int AtOnce = 8;

    static readonly TimeSpan FillLimit = TimeSpan.FromMinutes(2), RoundLimit = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(10);

    public async Task<VipBenchResult> Run(CancellationToken ct)
    {
        stack.Say($"Queueing {waiting:N0} normal jobs of as many users.");
        var first = await Create(1, ct);
        await Parallel.ForEachAsync(Enumerable.Range(2, waiting - 1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (user, _) => await Create(user, ct));
        await Stored(first.Token, first.Job, FillLimit, ct); // from then on the Fetcher is never idle

        stack.Say($"Asking for a vip job {rounds} times.");
        var times = new List<TimeSpan>();
        for (var round = 1; round <= rounds; round++) times.Add(await One(waiting + round, ct));
        return new VipBenchResult(waiting, rounds, Latencies.Of(times));
    }

    async Task<(string Token, Guid Job)> Create(int user, CancellationToken ct)
    {
        var (token, connection) = await Connect(user, ct);
        return (token, (await stack.Api.As(token).CreateBatchList(connection, "Everybody", ct)).JobId);
    }

    async Task<(string Token, Guid Connection)> Connect(int user, CancellationToken ct)
    {
        var (token, company) = (stack.Token(user), string.Create(CultureInfo.InvariantCulture, $"biz_bench{user}_{MembersOfEach}"));
        return (token, await stack.Api.As(token).CreateConnection(company, $"sim_{company}", ct));
    }

    async Task<TimeSpan> One(int user, CancellationToken ct)
    {
        var (token, connection) = await Connect(user, ct); // the check of the key is no part of it
        var start = TimeProvider.System.GetTimestamp();
        var job = await stack.Api.As(token).CreateBatchList(connection, "Everybody", ct, "vip");
        await Stored(token, job.JobId, RoundLimit, ct);
        return TimeProvider.System.GetElapsedTime(start);
    }

    async Task Stored(string token, Guid job, TimeSpan most, CancellationToken ct)
    {
        var limit = new Limit(most);
        while ((await stack.Api.As(token).Job(job, ct)).Progress.PagesIngested == 0)
        {
            if (limit.IsOver) throw new CliException($"The job {job} had no page after {most.TotalSeconds:0} s.");
            await Task.Delay(Pause, TimeProvider.System, ct);
        }
    }
}
