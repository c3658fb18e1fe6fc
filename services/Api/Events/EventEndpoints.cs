using BatchBus.Api.Access;
using BatchBus.Api.Http;
using BatchBus.Api.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace BatchBus.Api.Events;

static class EventEndpoints
{
    // Clocks of Api and database may differ; told twice is better than missed.
    static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    const int MostMissed = 200;
    const string TooMany = "This user has as many streams open as one may have; close one.";

    public static void MapEvents(this WebApplication app)
    {
        app.MapGet("/api/jobs/{id:guid}/events", Job).WithTags("Events").WithSummary("Follows a job (server-sent events) until it has ended.")
            .Produces<JobView>(contentType: EventStream.ContentType).Produces(StatusCodes.Status204NoContent)
            .FailsWithout("job").Fails(429, TooMany);
        app.MapGet("/api/events", All).WithTags("Events").WithSummary("Follows all of the caller's active jobs (server-sent events).")
            .Produces<JobView>(contentType: EventStream.ContentType).Fails(429, TooMany);
    }

    static async Task<IResult> Job(
        Guid id, Caller caller, JobQueries jobs, EventStreams streams, CancellationToken cancellationToken,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId = null)
    {
        if (await jobs.Read(caller, [id], cancellationToken) is not [var job]) return Problems.NotFound("job");
        // Browsers come again when a stream has ended; 204 tells one that knows the end already to stop (WHATWG HTML, 9.2.3).
        if (job.HasEnded && EventId.Parse(lastEventId)?.Version == job.Version) return TypedResults.NoContent();
        return streams.Open(new JobStream(caller, id, []));
    }

    static async Task<IResult> All(
        Caller caller, JobQueries jobs, EventStreams streams, CancellationToken cancellationToken, [FromHeader(Name = "Last-Event-ID")] string? lastEventId = null)
    {
        // Who comes again is told which jobs have ended in between.
        var missed = EventId.Parse(lastEventId) is { } last ? await jobs.EndedSince(caller, last.ReadAt - Margin, MostMissed, cancellationToken) : [];
        return streams.Open(new JobStream(caller, null, missed));
    }
}
