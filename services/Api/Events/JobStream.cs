using BatchBus.Api.Access;
using BatchBus.Api.Admission;
using BatchBus.Api.Jobs;

namespace BatchBus.Api.Events;

/// <summary>
/// One listener: to a job, or to all active jobs of the caller. It remembers what it has told, so that only news is read. Only
/// <see cref="JobWatcher"/> calls it, one look after the other: what is told never goes backwards.
/// </summary>
/// <param name="caller">Who listens.</param>
/// <param name="job">The job; null for all active ones.</param>
/// <param name="missed">Jobs to tell of at the beginning, though they have ended.</param>
sealed class JobStream(Caller caller, Guid? job, IEnumerable<Guid> missed)
{
    readonly Dictionary<Guid, Told> _told = (job is { } own ? [own] : missed).ToDictionary(id => id, _ => Told.Nothing);
    bool _hasLooked;

    public Caller Caller => caller;

    /// <summary>True for a listener to all active jobs.</summary>
    public bool IsForAll => job is null;

    public EventBuffer Events { get; } = new();

    /// <summary>The jobs whose states it needs, whatever becomes of them.</summary>
    public IEnumerable<Guid> Watched => _told.Where(told => !told.Value.HasEnded).Select(told => told.Key);

    /// <summary>Its jobs that wait in the queue.</summary>
    public IEnumerable<Guid> Pending => _told.Where(told => told.Value.Row is { Status: JobStatus.Pending }).Select(told => told.Key);

    /// <summary>Compares what it has told with how things are now.</summary>
    /// <returns>The jobs to read.</returns>
    public List<Guid> News(Dictionary<Guid, JobState> states)
    {
        foreach (var id in Watched.Where(id => !states.ContainsKey(id)).ToList()) TellDeleted(id);
        // Those that ended a while ago are no longer among the states.
        foreach (var id in _told.Keys.Where(id => !states.ContainsKey(id)).ToList()) _told.Remove(id);

        var news = states.Values.Where(Concerns).Where(state => _told.GetValueOrDefault(state.Id)?.Version != state.Version).ToList();
        if (!_hasLooked)
        {
            // What had ended before it began is no news, unless it was missed, or it is retried.
            news.RemoveAll(state => state.HasEnded && _told.TryAdd(state.Id, new Told(state.Version, HasEnded: true, null, null)));
            _hasLooked = true;
        }
        return [.. news.Select(state => state.Id)];
    }

    /// <summary>Tells of a job that was read as the caller.</summary>
    public void Tell(JobRow row, QueuePlace? place, DateTimeOffset now)
    {
        _told[row.Id] = new Told(row.Version, row.HasEnded, row, place);
        Events.Add(new JobEvent(row.Id, EventId.Of(row), row.View(place, now)), isLast: row.Id == job && row.HasEnded);
    }

    /// <summary>Tells of the new place of a pending job, which changes without the job.</summary>
    public void Tell(QueuePlace place, DateTimeOffset now)
    {
        if (_told.GetValueOrDefault(place.Id) is { Row: { Status: JobStatus.Pending } row } told && told.Place != place) Tell(row, place, now);
    }

    bool Concerns(JobState state) => job is not null
        ? state.Id == job
        : _told.ContainsKey(state.Id) || (state.IsListed && (state.OwnerId == caller.UserId || caller.Role == Caller.ServiceRole));

    void TellDeleted(Guid id)
    {
        _told.Remove(id);
        Events.Add(new JobEvent(id, null, null), isLast: id == job);
    }

    sealed record Told(string Version, bool HasEnded, JobRow? Row, QueuePlace? Place)
    {
        public static readonly Told Nothing = new("", HasEnded: false, null, null);
    }
}
