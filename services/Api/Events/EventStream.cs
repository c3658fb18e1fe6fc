using System.Globalization;
using System.Text;
using System.Text.Json;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Events;

/// <summary>
/// Writes a stream out as server-sent events (WHATWG HTML, 9.2), until its job has ended, the token has expired, the reader is gone or the
/// process stops. The framework's own result for such streams knows no comments, which the heartbeat needs to be.
/// </summary>
sealed class EventStream(JobStream stream, StreamLimit limit, JobWatcher watcher, IOptions<EventOptions> options, IOptions<JsonOptions> json, StreamEnd end) : IResult
{
    public const string ContentType = "text/event-stream";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = limit.Enter(stream.Caller);
        if (place is null)
        {
            await Problems.TooManyStreams(options.Value.MaxStreamsPerUser).ExecuteAsync(httpContext);
            return;
        }
        using var events = stream.Events;
        using var over = end.Of(httpContext);
        watcher.Add(stream);
        try
        {
            await Write(httpContext.Response, events, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Ended as it should: the answer is complete, and the reader may come again.
        }
        finally
        {
            watcher.Remove(stream);
        }
    }

    async Task Write(HttpResponse response, EventBuffer buffer, CancellationToken cancellationToken)
    {
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx would wait for more
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await Write(response, "retry: 2000\n\n", cancellationToken);
        for (var areLast = false; !areLast;)
        {
            (var events, areLast) = await buffer.Take(options.Value.Heartbeat, cancellationToken);
            await Write(response, events.Count == 0 ? ": still here\n\n" : string.Concat(events.Select(Format)), cancellationToken);
        }
    }

    string Format(JobEvent what) => what is { View: { } view, Id: { } id }
        ? string.Create(CultureInfo.InvariantCulture, $"id: {id}\nevent: progress\ndata: {JsonSerializer.Serialize(view, json.Value.SerializerOptions)}\n\n")
        : $"event: deleted\ndata: {JsonSerializer.Serialize(new DeletedJob(what.JobId), json.Value.SerializerOptions)}\n\n";

    static async Task Write(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested(); // a reader that has gone ends a write without an error
    }
}
