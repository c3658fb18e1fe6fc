using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>A user with a connection, an audience, a job and a member.</summary>
public sealed record Tenant(SeededJob Job, string Email)
{
    /// <summary>What nobody else may ever see.</summary>
    public IEnumerable<string> Marks =>
        [.. new[] { Job.JobId, Job.AudienceId, Job.ConnectionId, Job.OwnerId }.SelectMany(id => new[] { $"{id:D}", $"{id:N}" }), Email];

    /// <summary>Whether a text shows anything of the tenant's.</summary>
    public bool IsIn(string text) => Marks.Any(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A stack for tests of who may do what: without workers, so that things stay as they were put.</summary>
public sealed class Tenants : IAsyncLifetime
{
    public const string Collection = "Tenants";

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    HttpClient _http = null!;

    public RunningStack Stack { get; private set; } = null!;

    public ApiContract Contract { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Stack = await RunningStack.Start(fetchers: 0, ingests: 0,
            ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location),
            ("Events__MaxStreamsPerUser", "10000")); // a stream that a test has left is noticed a moment later
        Contract = await ApiContract.Read(Stack.Api.Address);
        _http = new HttpClient { BaseAddress = Stack.Api.Address };
    }

    public ValueTask DisposeAsync()
    {
        _http?.Dispose();
        return Stack?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>A new tenant, whose job has a status; or more things of one who is there.</summary>
    public async Task<Tenant> Seed(string status = "paused", Guid? owner = null)
    {
        var job = await SeededJob.Insert(Stack.Database, "paused", owner);
        var tenant = new Tenant(job, $"{job.JobId:N}@tenant.example");
        await Stack.Database.Execute("INSERT INTO audience_members (audience_id, email, whop_member_id) VALUES ($1, $2, 'mber_1')", job.AudienceId, tenant.Email);
        if (status != "paused")
            await Stack.Database.Execute("""
                UPDATE batch_processing_queue SET status = $2, slice_sent_at = now(), error_code = 'x', error_message = 'y',
                       completed_at = CASE WHEN $2 = 'failed' THEN now() END WHERE id = $1
                """, job.JobId, status);
        return tenant;
    }

    /// <summary>All rows of a tenant, to the last column.</summary>
    public Task<List<string>> Rows(Tenant tenant) => Stack.Database.Column<string>("""
        SELECT to_jsonb(c)::text FROM whop_connections c WHERE owner_id = $1
        UNION ALL SELECT to_jsonb(a)::text FROM audiences a WHERE owner_id = $1
        UNION ALL SELECT to_jsonb(q)::text FROM batch_processing_queue q WHERE owner_id = $1
        UNION ALL SELECT to_jsonb(m)::text FROM audience_members m WHERE audience_id = $2
        ORDER BY 1
        """, tenant.Job.OwnerId, tenant.Job.AudienceId);

    /// <summary>
    /// Sends a request that is about the owner's things, as somebody. Of a stream it reads the first event; or, for a listener, all until one of a job
    /// that the listener gets meanwhile: what the stream tells at its beginning comes before that, in whatever order.
    /// </summary>
    public async Task<(int Status, string Text)> Ask(string endpoint, string path, string caller, Tenant owner, Tenant stranger, Tenant? listener = null)
    {
        var isStream = EndpointRules.IsStream(endpoint);
        // What nobody listens to is not read at all: somebody hears everything meanwhile.
        using var all = isStream ? await Send("GET", "/api/events", Callers.Token(Callers.Service, owner.Job.OwnerId, stranger.Job.OwnerId), null) : null;
        using var answer = await Send(EndpointRules.Method(endpoint), path, Callers.Token(caller, owner.Job.OwnerId, stranger.Job.OwnerId), EndpointRules.All[endpoint].Body?.Invoke(owner));
        var text = isStream && answer.IsSuccessStatusCode
            ? await Events(answer, listener)
            : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, text);
    }

    public async Task<string> Open(string path) => await _http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    async Task<HttpResponseMessage> Send(string method, string path, AuthenticationHeaderValue? token, object? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = token;
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Contract.Holds(request, answer);
        return answer;
    }

    async Task<string> Events(HttpResponseMessage answer, Tenant? listener)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var told = "";
        Tenant? last = null;
        await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(limit.Token))
        {
            told += item.Data;
            if (listener is null || (last is not null && item.Data.Contains($"{last.Job.JobId}", StringComparison.Ordinal))) break;
            last ??= await Seed(owner: listener.Job.OwnerId);
        }
        return told;
    }
}

/// <summary>One stack for all of them.</summary>
[CollectionDefinition(Tenants.Collection)]
public sealed class TenantsCollection : ICollectionFixture<Tenants>;
