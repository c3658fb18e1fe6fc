using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace BatchBus.Cli.Client;

/// <summary>Calls BatchBus's own HTTP interface as an app would. What is refused becomes an <see cref="ApiException"/> with the Api's sentence.</summary>
sealed class ApiClient : IDisposable
{
    /// <summary>For the one request that lasts as long as there is work: Ctrl-C breaks it off.</summary>
    public static readonly TimeSpan NoLimit = Timeout.InfiniteTimeSpan;

    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    readonly HttpClient _http;
    readonly Func<string>? _token;

    /// <param name="api">The Api's address, with or without a slash at its end.</param>
    /// <param name="token">Is asked for the bearer token before each request; null for one that only serves others, through <see cref="As"/>.</param>
    public ApiClient(Uri api, Func<string>? token = null) : this(new HttpClient { BaseAddress = Folder(api), Timeout = NoLimit }, token) { }

    ApiClient(HttpClient http, Func<string>? token) => (_http, _token) = (http, token);

    public Uri Address => _http.BaseAddress!;

    /// <summary>The same Api as another user. Only the client that it came from is disposed.</summary>
    public ApiClient As(string token) => new(_http, () => token);

    public Task<ApiAnswer> Get(string path, CancellationToken ct) => Ask(HttpMethod.Get, path, null, AnswerLimit, ct);

    public Task<ApiAnswer> Post(string path, object? body, CancellationToken ct, TimeSpan? limit = null, string? idempotencyKey = null) =>
        Ask(HttpMethod.Post, path, body, limit ?? AnswerLimit, ct, idempotencyKey);

    public Task<ApiAnswer> Patch(string path, object body, CancellationToken ct) => Ask(HttpMethod.Patch, path, body, AnswerLimit, ct);

    /// <summary>Opens an answer that is read bit by bit; only its beginning has a time limit.</summary>
    public async Task<HttpResponseMessage> Open(string path, string accept, CancellationToken ct, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(AnswerLimit);
        try
        {
            return await Send(request, limited.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw ApiException.Unreachable(Address, $"it has not answered within {AnswerLimit.TotalSeconds:0} s");
        }
    }

    public void Dispose() => _http.Dispose();

    async Task<ApiAnswer> Ask(HttpMethod method, string path, object? body, TimeSpan limit, CancellationToken ct, string? idempotencyKey = null)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(limit);
        using var request = new HttpRequestMessage(method, path);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (body is not null) request.Content = JsonContent.Create(body, options: ApiAnswer.Json);
        try
        {
            using var answer = await Send(request, limited.Token);
            return new ApiAnswer(Address, await answer.Content.ReadAsStringAsync(limited.Token)) { Status = answer.StatusCode };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw ApiException.Unreachable(Address, $"it has not answered within {limit.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            throw ApiException.Unreachable(Address, e.Message);
        }
    }

    async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken ct)
    {
        if (_token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token());
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException e)
        {
            throw ApiException.Unreachable(Address, e.Message);
        }
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw await ApiException.Refused(answer, ct);
    }

    static Uri Folder(Uri api) => api.AbsolutePath.EndsWith('/') ? api : new UriBuilder(api) { Path = $"{api.AbsolutePath}/" }.Uri;
}

/// <summary>What the Api answered.</summary>
/// <param name="From">The Api's address.</param>
/// <param name="Text">Its JSON as it came.</param>
sealed record ApiAnswer(Uri From, string Text)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    public T As<T>() where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Text, Json) ?? throw NotBatchBus();
        }
        catch (JsonException)
        {
            throw NotBatchBus();
        }
    }

    CliException NotBatchBus() => new($"What answers at {From} is not the Api of this version of BatchBus; look at --api and BATCHBUS_API.");
}
