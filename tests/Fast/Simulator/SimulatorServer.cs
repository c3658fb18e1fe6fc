using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BatchBus.WhopSimulator;
using Microsoft.AspNetCore.Builder;

namespace BatchBus.Tests.Fast.Simulator;

/// <summary>The simulator in this process, on a port of its own.</summary>
sealed class SimulatorServer : IAsyncDisposable
{
    /// <summary>A date whose shape is native and has the e-mail.</summary>
    public const string Newest = "2026-10-01";

    readonly WebApplication _app;

    SimulatorServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<SimulatorServer> Start(params string[] settings) => Start(TimeProvider.System, settings);

    public static async Task<SimulatorServer> Start(TimeProvider clock, params string[] settings)
    {
        var app = SimulatorApp.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", .. settings], clock);
        await app.StartAsync(Cancellation);
        return new SimulatorServer(app);
    }

    public async Task<Answer> Get(string path, string? key = null, string? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null) request.Headers.Add("Authorization", $"Bearer {key}");
        if (version is not null) request.Headers.Add("Api-Version-Date", version);
        using var response = await Http.SendAsync(request, Cancellation);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation), response.Headers.RetryAfter?.Delta);
    }

    /// <summary>One answer to <c>GET /members</c> with the company's own key.</summary>
    public Task<Answer> Members(string company, string query = "", string? version = null) =>
        Get($"/api/v1/members?{(version is null ? "company_id" : "account_id")}={company}&{query}".TrimEnd('&'), $"sim_{company}", version);

    /// <summary>All pages, by following <c>end_cursor</c>.</summary>
    public async Task<List<JsonElement>> Pages(string company, string query = "first=100", string? version = null)
    {
        var pages = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var after = cursor is null ? "" : $"&after={Uri.EscapeDataString(cursor)}";
            var page = (await Members(company, query + after, version)).Json();
            pages.Add(page);
            cursor = page.GetProperty("page_info").GetProperty("end_cursor").GetString();
            if (cursor is null) return pages;
        }
    }

    /// <summary>All members of all pages.</summary>
    public async Task<List<JsonElement>> ReadAll(string company, string query = "first=100", string? version = null) =>
        [.. (await Pages(company, query, version)).SelectMany(page => page.GetProperty("data").EnumerateArray())];

    public async Task<Answer> Put(string path, object body) => await Sent(await Http.PutAsJsonAsync(path, body, Cancellation));

    public async Task<Answer> Post(string path, object body) => await Sent(await Http.PostAsJsonAsync(path, body, Cancellation));

    public async Task<Answer> Delete(string path) => await Sent(await Http.DeleteAsync(new Uri(path, UriKind.Relative), Cancellation));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    static async Task<Answer> Sent(HttpResponseMessage response)
    {
        using (response) return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation), null);
    }
}

sealed record Answer(HttpStatusCode Status, string Body, TimeSpan? RetryAfter)
{
    /// <summary>The body of a good answer.</summary>
    public JsonElement Json()
    {
        Assert.True((int)Status is >= 200 and < 300, $"{(int)Status} {Body}");
        return JsonElement.Parse(Body);
    }

    public void IsBadRequest(string sentence)
    {
        Assert.Equal(HttpStatusCode.BadRequest, Status);
        Assert.Contains(sentence, Body, StringComparison.Ordinal);
    }
}
