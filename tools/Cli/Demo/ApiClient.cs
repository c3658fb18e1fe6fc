using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BatchBus.Cli.Demo;

/// <summary>Calls BatchBus's own HTTP interface as an app would.</summary>
sealed class ApiClient(Uri api) : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    readonly HttpClient _http = new() { BaseAddress = api, Timeout = TimeSpan.FromSeconds(60) };

    public async Task<Guid> CreateConnection(string token, string companyId, string apiKey, CancellationToken ct) =>
        (await Send<Created>(HttpMethod.Post, "api/connections", token, new { companyId, apiKey, label = companyId }, ct)).Id;

    public Task<BatchListAccepted> CreateBatchList(string token, Guid connectionId, string name, CancellationToken ct, string priority = "normal") =>
        Send<BatchListAccepted>(HttpMethod.Post, "api/batch-lists", token, new { connectionId, name, priority }, ct);

    public Task<Job> Job(string token, Guid id, CancellationToken ct) => Send<Job>(HttpMethod.Get, $"api/jobs/{id}", token, null, ct);

    public Task Cancel(string token, Guid jobId, CancellationToken ct) => Answer(HttpMethod.Post, $"api/jobs/{jobId}/cancel", token, null, ct);

    /// <summary>All e-mails of an audience, page by page.</summary>
    public async IAsyncEnumerable<string> Emails(string token, Guid audienceId, [EnumeratorCancellation] CancellationToken ct)
    {
        string? after = null;
        do
        {
            var from = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            var page = await Send<MemberList>(HttpMethod.Get, $"api/audiences/{audienceId}/members?limit=1000{from}", token, null, ct);
            foreach (var member in page.Items) yield return member.Email;
            after = page.Next;
        }
        while (after is not null);
    }

    async Task<T> Send<T>(HttpMethod method, string path, string token, object? body, CancellationToken ct)
    {
        using var answer = await Answer(method, path, token, body, ct);
        return await answer.Content.ReadFromJsonAsync<T>(Json, ct) ?? throw new CliException($"{method} /{path}: the answer is empty.");
    }

    async Task<HttpResponseMessage> Answer(HttpMethod method, string path, string token, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        if (body is not null) request.Content = JsonContent.Create(body, options: Json);
        var answer = await _http.SendAsync(request, ct);
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw new CliException($"{method} /{path} was answered with {(int)answer.StatusCode}: {await Problem(answer, ct)}");
    }

    /// <summary>What the problem details (RFC 9457) say.</summary>
    static async Task<string> Problem(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return answer.ReasonPhrase ?? "no reason given";
        var problem = await answer.Content.ReadFromJsonAsync<ProblemDetails>(Json, ct);
        string?[] texts = [problem?.Title, problem?.Detail, .. problem?.Errors?.Values.SelectMany(errors => errors) ?? []];
        return string.Join(" ", texts.Where(text => !string.IsNullOrEmpty(text)));
    }

    public void Dispose() => _http.Dispose();

    sealed record Created(Guid Id);
    sealed record MemberList(IReadOnlyList<Member> Items, string? Next);
    sealed record Member(string Email);
    sealed record ProblemDetails(string? Title, string? Detail, IReadOnlyDictionary<string, string[]>? Errors);
}

/// <summary>The answer to a new batch list.</summary>
sealed record BatchListAccepted(Guid JobId, Guid AudienceId);
