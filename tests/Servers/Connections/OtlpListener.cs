using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BatchBus.Tests.Servers.Connections;

/// <summary>Stands where a collector of telemetry would, and keeps what it is sent (OTLP over HTTP, protobuf).</summary>
public sealed class OtlpListener : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<(string Signal, string Body)> _received = [];

    OtlpListener(WebApplication app) => _app = app;

    /// <summary>What makes a service send everything here, soon.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1000"), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_BLRP_SCHEDULE_DELAY", "200"),
    ];

    /// <summary>The bodies that came for a signal (<c>traces</c>, <c>metrics</c>, <c>logs</c>), each byte as a character.</summary>
    public IReadOnlyList<string> Of(string signal) => [.. _received.Where(part => part.Signal == signal).Select(part => part.Body)];

    public static async Task<OtlpListener> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var listener = new OtlpListener(builder.Build());
        listener._app.MapPost("/v1/{signal}", listener.Keep);
        listener._app.Urls.Add("http://127.0.0.1:0");
        await listener._app.StartAsync();
        return listener;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task Keep(string signal, HttpRequest request)
    {
        // A compressed body would hide what the test looks for.
        if (request.Headers.ContentEncoding.Count > 0) throw new InvalidOperationException($"Compressed with {request.Headers.ContentEncoding}.");
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        _received.Enqueue((signal, Encoding.Latin1.GetString(body.ToArray())));
    }
}
