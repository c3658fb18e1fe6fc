using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Chaos;

/// <summary>
/// An app that tries again, as one should: any Api will do, an answer may be lost, and a server error passes. What it creates it creates
/// under one <c>Idempotency-Key</c>, so that trying again makes no second one.
/// </summary>
sealed class PatientApi(IReadOnlyList<Uri> apis) : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    readonly HttpClient[] _apis = [.. apis.Select(api => new HttpClient { BaseAddress = api, Timeout = AnswerLimit })];
    int _turn;

    public async Task<Guid> CreateConnection(string token, string companyId, CancellationToken ct) =>
        (await Post<Created>("api/connections", token, new { companyId, apiKey = $"sim_{companyId}", label = companyId }, ct)).Id;

    public Task<BatchListAccepted> CreateBatchList(string token, Guid connectionId, string name, CancellationToken ct) =>
        Post<BatchListAccepted>("api/batch-lists", token, new { connectionId, name, priority = "normal" }, ct);

    public Task Retry(string token, Guid jobId, CancellationToken ct) => Post<JsonElement>($"api/jobs/{jobId}/retry", token, null, ct);

    public Task Cancel(string token, Guid jobId, CancellationToken ct) => Post<JsonElement>($"api/jobs/{jobId}/cancel", token, null, ct);

    public void Dispose()
    {
        foreach (var api in _apis) api.Dispose();
    }

    async Task<T> Post<T>(string path, string token, object? body, CancellationToken ct)
    {
        var key = Guid.NewGuid().ToString();
        var limit = new Limit(Patience);
        while (true)
        {
            var (answer, trouble) = await Try(path, token, key, body, ct);
            using (answer)
            {
                if (answer is { IsSuccessStatusCode: true }) return (await answer.Content.ReadFromJsonAsync<T>(Json, ct))!;
                if (answer is not null && (int)answer.StatusCode < 500)
                    throw new CliException($"POST /{path} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
                if (limit.IsOver) throw new CliException($"POST /{path} has failed for {Patience.TotalMinutes:0} minutes, the last time with: {trouble}.");
            }
            await Limit.Pause(ct);
        }
    }

    async Task<(HttpResponseMessage? Answer, string Trouble)> Try(string path, string token, string key, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", key);
        if (body is not null) request.Content = JsonContent.Create(body, options: Json);
        try
        {
            var answer = await _apis[Interlocked.Increment(ref _turn) % _apis.Length].SendAsync(request, ct);
            return (answer, $"{(int)answer.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return (null, e.Message);
        }
    }

    sealed record Created(Guid Id);
}
