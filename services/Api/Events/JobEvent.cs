using BatchBus.Api.Jobs;

namespace BatchBus.Api.Events;

/// <summary>What a stream says about a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Id">The event's id.</param>
/// <param name="View">The job; null when it was deleted with its audience.</param>
sealed record JobEvent(Guid JobId, EventId? Id, JobView? View);

/// <summary>A job that is no more.</summary>
sealed record DeletedJob(Guid Id);
