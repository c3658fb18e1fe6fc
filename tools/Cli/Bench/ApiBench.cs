using System.Collections.Concurrent;
using System.Globalization;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Bench;

/// <param name="Rate">Requests a second.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Users">Who sends them, in turn.</param>
sealed record ApiLoad(int Rate, int Seconds, int Users);

/// <param name="Load">What was sent.</param>
/// <param name="Accepted">Requests that were answered with 202.</param>
/// <param name="Failures">Requests that were not.</param>
/// <param name="FirstFailure">What the first of those said.</param>
/// <param name="Milliseconds">From the moment at which a request was due to its answer.</param>
/// <param name="CpuMilliseconds">Processor time for each request, by kind of process; with it whatever else the process did meanwhile.</param>
/// <param name="StolenPercent">What the host of this machine kept from it of the processor time that it asked for.</param>
sealed record ApiBenchResult(
    ApiLoad Load, int Accepted, int Failures, string? FirstFailure, Latencies Milliseconds, SortedDictionary<string, double> CpuMilliseconds,
    double StolenPercent) : IBenchResult
{
    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{Accepted + Failures:N0} × POST /api/batch-lists at {Load.Rate}/s by {Load.Users} users: {Accepted:N0} accepted, {Failures} failed; {Milliseconds}.")
        + $" CPU for each, in milliseconds: {string.Join(", ", CpuMilliseconds.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Value:N1}")))}."
        + (StolenPercent < 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" The host of this machine gave {StolenPercent:0} % of the processor time asked for to others, and every figure contains that wait."))
        + (FirstFailure is null ? "" : $" The first failure: {FirstFailure}");
}

/// <summary>
/// Sends batch lists at a steady rate. Each request is timed from when it was due, so that a service that stands still for a moment is not
/// spared the requests that it kept waiting.
/// </summary>
sealed class ApiBench(BenchStack stack, ApiLoad load)
{
    // For about so long, at this rate, the just-in-time compiler would be a part of what is measured.
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    readonly ConcurrentBag<TimeSpan> _times = [];
    readonly ConcurrentQueue<string> _failures = [];

    public async Task<ApiBenchResult> Run(CancellationToken ct)
    {
        stack.Say($"Connecting {load.Users} users.");
        var users = new (string Token, Guid Connection)[load.Users];
        for (var i = 0; i < users.Length; i++) users[i] = await Connect(i + 1, ct);

        stack.Say($"Warming up for {WarmUp.TotalSeconds:0} s, then measuring for {load.Seconds} s.");
        await Send(users, (int)(load.Rate * WarmUp.TotalSeconds), ct);
        _times.Clear();
        _failures.Clear();
        var (before, stolen) = (CpuTime.Of(stack.Processes), StolenTime.Now());
        await Send(users, load.Rate * load.Seconds, ct);
        var used = CpuTime.Of(stack.Processes).Since(before);
        return new ApiBenchResult(load, _times.Count, _failures.Count, _failures.FirstOrDefault(), Latencies.Of(_times),
            new(used.ToDictionary(kind => kind.Key, kind => kind.Value * 1_000 / (load.Rate * load.Seconds))), StolenTime.Now().PercentSince(stolen));
    }

    async Task<(string Token, Guid Connection)> Connect(int user, CancellationToken ct)
    {
        var (token, company) = (stack.Token(user), $"biz_bench{user}_100");
        return (token, await stack.Api.As(token).CreateConnection(company, $"sim_{company}", ct));
    }

    async Task Send((string Token, Guid Connection)[] users, int requests, CancellationToken ct)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        var sent = new List<Task>(requests);
        while (sent.Count < requests)
        {
            var due = (int)(clock.GetElapsedTime(start).TotalSeconds * load.Rate) + 1;
            while (sent.Count < Math.Min(due, requests))
                sent.Add(SendOne(users[sent.Count % users.Length], start, TimeSpan.FromSeconds((double)sent.Count / load.Rate), ct));
            await Task.Delay(TimeSpan.FromMilliseconds(1), clock, ct);
        }
        await Task.WhenAll(sent);
    }

    async Task SendOne((string Token, Guid Connection) user, long start, TimeSpan due, CancellationToken ct)
    {
        try
        {
            await stack.Api.As(user.Token).CreateBatchList(user.Connection, "Everybody", ct);
            _times.Add(TimeProvider.System.GetElapsedTime(start) - due);
        }
        catch (CliException e)
        {
            _failures.Enqueue(e.Message);
        }
    }
}
