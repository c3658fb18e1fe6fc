using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BatchBus.Cli.DeadLetters;

/// <summary>Calls the Api's endpoints for dead letters.</summary>
sealed class DeadLetterClient(ApiAccess access) : IDisposable
{
    // A replay takes as long as there are messages; Ctrl-C breaks it off.
    readonly HttpClient _http = new() { BaseAddress = access.Api, Timeout = Timeout.InfiniteTimeSpan };

    public Task<string> List(CancellationToken ct) => Send(HttpMethod.Get, "api/dead-letters", null, ct);

    public Task<string> Replay(string queue, Selection selection, CancellationToken ct) =>
        Send(HttpMethod.Post, $"api/dead-letters/{Uri.EscapeDataString(queue)}/replay", selection, ct);

    public Task<string> Discard(string queue, Selection selection, CancellationToken ct) =>
        Send(HttpMethod.Post, $"api/dead-letters/{Uri.EscapeDataString(queue)}/discard", selection, ct);

    async Task<string> Send(HttpMethod method, string path, Selection? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await _http.SendAsync(request, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode ? text : throw new CliException($"The Api says {(int)answer.StatusCode}: {Reason(answer, text)}");
    }

    /// <summary>What the problem details (RFC 9457) say.</summary>
    static string Reason(HttpResponseMessage answer, string text)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return answer.ReasonPhrase ?? "no reason given";
        var problem = JsonNode.Parse(text)!;
        var errors = problem["errors"]?.Deserialize<Dictionary<string, string[]>>()?.Values.SelectMany(e => e) ?? [];
        return string.Join(" ", new[] { (string?)problem["detail"] }.Concat(errors).Where(sentence => !string.IsNullOrEmpty(sentence)));
    }

    public void Dispose() => _http.Dispose();
}
