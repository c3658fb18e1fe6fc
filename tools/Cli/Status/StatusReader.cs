using System.Collections.Concurrent;
using System.Net;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Status;

/// <summary>Asks the Api for everything that <c>status</c> shows.</summary>
sealed class StatusReader(ApiClient api)
{
    const int Page = 200, MostPages = 5, MostTroubled = 5;

    static readonly TimeSpan RecentFailure = TimeSpan.FromDays(1);

    readonly ConcurrentQueue<string> _refused = [];

    public async Task<StatusSnapshot> Read(DateTimeOffset now, CancellationToken ct)
    {
        var counts = api.Get("api/jobs/summary", ct);
        var processing = Processing(ct);
        var failed = api.Get($"api/jobs?status=failed&limit={MostTroubled}", ct);
        var workers = ForOperators<WorkerList>("api/workers", ct);
        var queues = ForOperators<QueueList>("api/queues", ct);
        var today = ForOperators<IReadOnlyList<Day>>("api/stats?days=1", ct);
        await Task.WhenAll(counts, processing, failed, workers, queues, today);
        var running = await processing;
        var jobs = (await counts).As<JobSummary>();
        var failures = (await failed).As<JobList>().Items.Where(job => now - job.CompletedAt < RecentFailure);
        return new StatusSnapshot
        {
            At = now,
            Api = api.Address,
            Jobs = new JobCounts(jobs.Pending, jobs.Processing, jobs.Paused, await today is [var day, ..] ? day : null),
            MembersPerSecond = running.Sum(job => job.Progress.MembersPerSecond ?? 0),
            Troubled = [.. running.Where(job => job.Error is not null).Take(MostTroubled), .. failures],
            Workers = (await workers)?.Items,
            Queues = await queues,
            Refused = [.. _refused.Distinct()],
        };
    }

    /// <summary>The jobs that run, as far as there are not very many.</summary>
    async Task<List<Job>> Processing(CancellationToken ct)
    {
        var jobs = new List<Job>();
        string? next = null;
        for (var page = 0; page < MostPages; page++)
        {
            var before = next is null ? "" : $"&before={Uri.EscapeDataString(next)}";
            var list = (await api.Get($"api/jobs?status=processing&limit={Page}{before}", ct)).As<JobList>();
            jobs.AddRange(list.Items);
            next = list.Next;
            if (next is null) break;
        }
        return jobs;
    }

    /// <summary>Null for who may not see it, and while it cannot be told; the rest is shown all the same.</summary>
    async Task<T?> ForOperators<T>(string path, CancellationToken ct) where T : class
    {
        try
        {
            return (await api.Get(path, ct)).As<T>();
        }
        catch (ApiException e) when (e.Status is not null)
        {
            if (e.Status is not HttpStatusCode.Forbidden) _refused.Enqueue(e.Message);
            return null;
        }
    }
}
