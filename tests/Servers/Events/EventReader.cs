using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Events;

/// <summary>An event as a browser sees it.</summary>
public sealed record Received(string Type, string? Id, JsonNode Data)
{
    public Guid Job => Data["id"]!.GetValue<Guid>();

    public string Status => Data["status"]!.GetValue<string>();

    public int Pages => Data["progress"]!["pagesIngested"]!.GetValue<int>();

    /// <summary>Everything that may only grow while a job runs its first attempt.</summary>
    public long[] Counters => [.. Numbers.Select(name => Data["progress"]![name]!.GetValue<long>()), Array.IndexOf(Statuses, Status)];

    static readonly string[] Numbers = ["pagesFetched", "pagesIngested", "membersFetched", "inserted", "duplicates", "invalid", "withoutEmail"];
    static readonly string[] Statuses = ["pending", "processing", "completed"];
}

/// <summary>Reads a stream of events, as a browser's EventSource does.</summary>
public sealed class EventReader : IAsyncDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly HttpClient _http;
    readonly IAsyncEnumerator<Received> _events;

    EventReader(HttpClient http, HttpResponseMessage answer)
    {
        (_http, Answer) = (http, answer);
        _events = Read(answer).GetAsyncEnumerator();
    }

    public HttpResponseMessage Answer { get; }

    public static async Task<EventReader> Open(RunningStack stack, string path, Guid user, string? lastEventId = null, string? token = null)
    {
        var http = new HttpClient { BaseAddress = stack.Api.Address };
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? TestApp.Token(user));
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        return new EventReader(http, await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    /// <summary>The next event; null when the stream has ended as it should. A broken one throws.</summary>
    public async Task<Received?> Next() => await _events.MoveNextAsync().AsTask().WaitAsync(Limit, TestContext.Current.CancellationToken) ? _events.Current : null;

    /// <summary>Reads until an event is as asked for.</summary>
    public async Task<Received> Until(Func<Received, bool> isIt)
    {
        while (await Next() is { } received)
            if (isIt(received)) return received;
        throw new InvalidOperationException("The stream ended before it came.");
    }

    /// <summary>All events to the end.</summary>
    public async Task<List<Received>> ToEnd()
    {
        var all = new List<Received>();
        while (await Next() is { } received) all.Add(received);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        Answer.Dispose();
        _http.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // A read that waits for more ends with the connection.
        }
    }

    static async IAsyncEnumerable<Received> Read(HttpResponseMessage answer)
    {
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        await using var body = await answer.Content.ReadAsStreamAsync();
        var parser = SseParser.Create(body);
        await foreach (var item in parser.EnumerateAsync()) yield return new Received(item.EventType, item.EventId, JsonNode.Parse(item.Data)!);
    }
}
