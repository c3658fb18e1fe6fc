using System.Globalization;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Bench;

/// <param name="Waiting">Normal jobs that were before it.</param>
/// <param name="Members">Members of the vip job.</param>
/// <param name="Rounds">How often it was measured.</param>
/// <param name="Milliseconds">From the request to the first stored page, with the others before it.</param>
/// <param name="IdleSeconds">The whole job, while there was no other.</param>
/// <param name="BusySeconds">The whole job, with the others before it.</param>
sealed record VipBenchResult(int Waiting, int Members, int Rounds, Latencies Milliseconds, Spread IdleSeconds, Spread BusySeconds) : IBenchResult
{
    public int Failures => 0; // a round without a page, or without an end, ends the benchmark

    /// <summary>How much longer the whole job takes, by the medians.</summary>
    public double TimesAsLong => BusySeconds.Median / IdleSeconds.Median;

    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"""
        A vip job behind {Waiting:N0} normal ones has its first page stored, over {Rounds} rounds: median {Milliseconds.Median:N0} ms, longest {Milliseconds.Max:N0} ms.
          All its {Members:N0} members: median {BusySeconds.Median:N1} s, longest {BusySeconds.Max:N1} s; while there is no other job {IdleSeconds.Median:N1} s. That is {TimesAsLong:N2} times as long.
        """);
}

/// <summary>Asks for vip jobs, one at a time: first while there is nothing else to do, then while normal jobs fill every slot and the queue behind them.</summary>
sealed class VipBench(BenchStack stack, int waiting, int members, int rounds)
{
    // Long enough that none of the normal jobs ends before the last round.
    const int MembersOfEach = 100_000;
    const int AtOnce = 8, IdleRounds = 3;

    static readonly TimeSpan FillLimit = TimeSpan.FromMinutes(2), FirstPageLimit = TimeSpan.FromSeconds(60), JobLimit = TimeSpan.FromMinutes(30);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10), LongPause = TimeSpan.FromMilliseconds(100);

    int _users;

    public async Task<VipBenchResult> Run(CancellationToken ct)
    {
        stack.Say($"Asking for a vip job while there is no other, {IdleRounds} times after one to warm up.");
        await Vip(ct);
        var idle = await Rounds(IdleRounds, ct);

        stack.Say($"Queueing {waiting:N0} normal jobs of as many users.");
        var first = await Normal(ct);
        await Parallel.ForEachAsync(Enumerable.Range(2, waiting - 1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (_, _) => await Normal(ct));
        await Until(first, job => job.Progress.PagesIngested > 0, FillLimit, Pause, ct); // from then on the Fetcher is never idle

        stack.Say($"Asking for a vip job {rounds} times.");
        var busy = await Rounds(rounds, ct);
        return new VipBenchResult(waiting, members, rounds, Latencies.Of([.. busy.Select(round => round.FirstPage)]),
            Spread.Of(idle.Select(round => round.Whole.TotalSeconds)), Spread.Of(busy.Select(round => round.Whole.TotalSeconds)));
    }

    async Task<List<(TimeSpan FirstPage, TimeSpan Whole)>> Rounds(int count, CancellationToken ct)
    {
        var times = new List<(TimeSpan, TimeSpan)>();
        for (var round = 1; round <= count; round++) times.Add(await Vip(ct));
        return times;
    }

    async Task<(TimeSpan FirstPage, TimeSpan Whole)> Vip(CancellationToken ct)
    {
        var (token, connection) = await Connect(members, ct); // the check of the key is no part of it
        var start = TimeProvider.System.GetTimestamp();
        var job = await Create(token, connection, "vip", ct);
        await Until(job, vip => vip.Progress.PagesIngested > 0, FirstPageLimit, Pause, ct);
        var firstPage = TimeProvider.System.GetElapsedTime(start);
        await Until(job, vip => vip.Status == "completed", JobLimit, LongPause, ct);
        return (firstPage, TimeProvider.System.GetElapsedTime(start));
    }

    async Task<(string Token, Guid Job)> Normal(CancellationToken ct)
    {
        var (token, connection) = await Connect(MembersOfEach, ct);
        return await Create(token, connection, "normal", ct);
    }

    async Task<(string Token, Guid Job)> Create(string token, Guid connection, string priority, CancellationToken ct) =>
        (token, (await stack.Api.As(token).CreateBatchList(connection, "Everybody", ct, priority)).JobId);

    async Task<(string Token, Guid Connection)> Connect(int size, CancellationToken ct)
    {
        var user = Interlocked.Increment(ref _users);
        var (token, company) = (stack.Token(user), string.Create(CultureInfo.InvariantCulture, $"biz_bench{user}_{size}"));
        return (token, await stack.Api.As(token).CreateConnection(company, $"sim_{company}", ct));
    }

    async Task Until((string Token, Guid Id) job, Func<Job, bool> isSo, TimeSpan most, TimeSpan pause, CancellationToken ct)
    {
        for (var limit = new Limit(most); ;)
        {
            var now = await stack.Api.As(job.Token).Job(job.Id, ct);
            if (isSo(now)) return;
            if (limit.IsOver || now.HasEnded) throw new CliException($"The job {job.Id} is {now.Status} after {most.TotalSeconds:0} s, with {now.Progress.PagesIngested} pages.");
            await Task.Delay(pause, TimeProvider.System, ct);
        }
    }
}
