using System.Collections.Concurrent;
using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using BatchBus.Api.Jobs;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Events;

/// <summary>
/// Keeps all streams of this process fresh: once a tick, and only while somebody listens, it asks in one query which of the jobs that are listened
/// to have changed, then reads those, as their owners. A stream on which nothing happens costs a few index entries a tick.
/// </summary>
sealed class JobWatcher(IServiceScopeFactory scopes, IOptions<EventOptions> options, TimeProvider clock, ILogger<JobWatcher> log)
    : RecurringWork("Telling streams of events", log)
{
    const int CallersAtOnce = 4;

    readonly ConcurrentDictionary<JobStream, byte> _streams = [];
    readonly Bell _bell = new();
    readonly QueuePlaces _places = new(clock);

    /// <summary>Begins to tell a stream what is new.</summary>
    public void Add(JobStream stream)
    {
        _streams[stream] = 0;
        _bell.Ring();
    }

    public void Remove(JobStream stream) => _streams.TryRemove(stream, out _);

    // While PostgreSQL is away the streams stay open and quiet, and go on from where they stood.
    protected override Task Work(CancellationToken cancellationToken) => Look([.. _streams.Keys], cancellationToken);

    protected override Task Rest(CancellationToken cancellationToken) => _bell.Wait(_streams.IsEmpty ? Timeout.InfiniteTimeSpan : options.Value.Tick, cancellationToken);

    async Task Look(JobStream[] streams, CancellationToken cancellationToken)
    {
        if (streams.Length == 0) return;
        var all = streams.Where(stream => stream.IsForAll).Select(stream => stream.Caller).ToList();
        await using var scope = scopes.CreateAsyncScope();
        var states = await scope.ServiceProvider.GetRequiredService<JobStates>().Read(
            [.. streams.SelectMany(stream => stream.Watched).Distinct()], [.. all.Select(caller => caller.UserId).Distinct()],
            everybody: all.Any(caller => caller.Role == Caller.ServiceRole), cancellationToken);

        var news = streams.Select(stream => (Stream: stream, Jobs: stream.News(states))).Where(stream => stream.Jobs.Count > 0).ToList();
        var rows = await Read(news.ToLookup(stream => stream.Stream.Caller, stream => stream.Jobs), cancellationToken);
        var places = await _places.Of(streams, [.. rows.SelectMany(row => row.Value.Values)], scope.ServiceProvider.GetRequiredService<AdmissionQueue>(), cancellationToken);

        var now = clock.GetUtcNow();
        foreach (var (stream, jobs) in news)
            foreach (var row in jobs.Select(job => rows[stream.Caller].GetValueOrDefault(job)).OfType<JobRow>().OrderBy(row => row.CreatedAt))
                stream.Tell(row, places.GetValueOrDefault(row.Id), now);
        foreach (var stream in streams)
            foreach (var place in stream.Pending.ToList().Select(job => places.GetValueOrDefault(job)).OfType<QueuePlace>())
                stream.Tell(place, now);
    }

    /// <summary>Reads what concerns each caller, as that caller; several streams of one cost one query.</summary>
    async Task<ConcurrentDictionary<Caller, Dictionary<Guid, JobRow>>> Read(ILookup<Caller, List<Guid>> callers, CancellationToken cancellationToken)
    {
        var rows = new ConcurrentDictionary<Caller, Dictionary<Guid, JobRow>>();
        var few = new ParallelOptions { MaxDegreeOfParallelism = CallersAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(callers, few, async (caller, cancel) =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var found = await scope.ServiceProvider.GetRequiredService<JobQueries>().Read(caller.Key, [.. caller.SelectMany(jobs => jobs).Distinct()], cancel);
            rows[caller.Key] = found.ToDictionary(row => row.Id);
        });
        return rows;
    }

    public override void Dispose()
    {
        _bell.Dispose();
        base.Dispose();
    }
}
