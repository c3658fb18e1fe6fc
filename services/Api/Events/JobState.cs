using BatchBus.Api.Jobs;

namespace BatchBus.Api.Events;

/// <summary>What the watcher knows of a job without reading it as its owner: enough to tell whom a change concerns.</summary>
/// <param name="Id">The job.</param>
/// <param name="OwnerId">Its owner.</param>
/// <param name="Status">Its status.</param>
/// <param name="Version">Another one means that something has changed (<see cref="JobRow.Version"/>).</param>
/// <param name="IsListed">True for what the stream of an owner is about: active jobs, and those that have ended just now.</param>
sealed record JobState(Guid Id, Guid OwnerId, string Status, string Version, bool IsListed)
{
    public bool HasEnded => JobStatus.HasEnded(Status);
}
