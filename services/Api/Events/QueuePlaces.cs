using BatchBus.Api.Admission;
using BatchBus.Api.Jobs;

namespace BatchBus.Api.Events;

/// <summary>
/// Places in the queue for all listeners at once. They move whenever any job starts, and the query ranks every waiting job; so it may take a fifth
/// of the time at most. Below some ten thousand waiting jobs that is each tick.
/// </summary>
sealed class QueuePlaces(TimeProvider clock)
{
    const int Share = 5;

    long _asked;
    TimeSpan _pause;

    /// <summary>The places of the pending jobs that are listened to; none while it is too early, unless a job is to be shown that was just read.</summary>
    public async Task<Dictionary<Guid, QueuePlace>> Of(JobStream[] streams, List<JobRow> justRead, AdmissionQueue queue, CancellationToken cancellationToken)
    {
        var mustKnow = justRead.Where(row => row.Status == JobStatus.Pending).Select(row => row.Id).ToList();
        if (mustKnow.Count == 0 && clock.GetElapsedTime(_asked) < _pause) return [];
        var start = clock.GetTimestamp();
        var places = await queue.Places([.. streams.SelectMany(stream => stream.Pending).Concat(mustKnow).Distinct()], cancellationToken);
        _asked = clock.GetTimestamp();
        _pause = clock.GetElapsedTime(start) * (Share - 1);
        return places;
    }
}
