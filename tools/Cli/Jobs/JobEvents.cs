using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Jobs;

/// <summary>A job's stream of events (docs/events.md), through connections that break and Apis that start anew.</summary>
/// <param name="api">The Api.</param>
/// <param name="job">The job's id.</param>
/// <param name="say">Is told when the stream broke.</param>
sealed class JobEvents(ApiClient api, Guid job, Action<string> say)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Pause = TimeSpan.FromSeconds(2);

    // Twice the longest Events__Heartbeat.
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    string? _last;
    Limit _silence = new(Patience);

    /// <summary>Each event's job, until the stream has told everything or whoever reads has seen enough.</summary>
    /// <exception cref="ApiException">It is refused, or has been away for two minutes.</exception>
    public async IAsyncEnumerable<ApiAnswer> Read([EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            using var answer = await Open(ct);
            if (answer?.StatusCode is HttpStatusCode.NoContent) yield break; // nothing will come any more
            if (answer is not null)
            {
                await foreach (var data in Events(answer, ct)) yield return data;
                _silence = new Limit(Patience); // it was there until now, if with nothing to say
            }
            await Task.Delay(Pause, TimeProvider.System, ct);
        }
    }

    /// <summary>Null when the Api is away, but was there not long ago.</summary>
    async Task<HttpResponseMessage?> Open(CancellationToken ct)
    {
        try
        {
            return await api.Open($"api/jobs/{job}/events", "text/event-stream", ct, _last);
        }
        catch (ApiException e) when (e.MayPass && _last is not null && !_silence.IsOver)
        {
            say($"{e.Message} Trying again.");
            return null;
        }
    }

    async IAsyncEnumerable<ApiAnswer> Events(HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var body = new HeartbeatStream(await answer.Content.ReadAsStreamAsync(ct), LongestSilence, TimeProvider.System);
        var parser = SseParser.Create(body);
        await using var events = parser.EnumerateAsync(ct).GetAsyncEnumerator(ct);
        while (await Next(events))
        {
            (_last, _silence) = (parser.LastEventId, new Limit(Patience));
            if (events.Current.EventType == "deleted") throw new CliException("The job was deleted with its audience.");
            yield return new ApiAnswer(api.Address, events.Current.Data);
        }
    }

    async Task<bool> Next(IAsyncEnumerator<SseItem<string>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            say($"The stream of events broke ({e.Message}); asking for it again.");
            return false;
        }
    }
}
