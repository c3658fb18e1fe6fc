using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Events;

/// <summary>Makes answers of streams.</summary>
sealed class EventStreams(StreamLimit limit, JobWatcher watcher, IOptions<EventOptions> options, IOptions<JsonOptions> json, StreamEnd end)
{
    public EventStream Open(JobStream stream) => new(stream, limit, watcher, options, json, end);
}
