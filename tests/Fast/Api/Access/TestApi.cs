using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using BatchBus.Api.Access;
using BatchBus.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace BatchBus.Tests.Fast.Api.Access;

/// <summary>What stands before Api's endpoints, in this process and on a port of its own, with two endpoints that need nothing else.</summary>
sealed class TestApi : IAsyncDisposable
{
    public const string JwtSecret = "a secret for tests, of 32 bytes or more";

    readonly WebApplication _app;

    TestApi(WebApplication app, FakeLogCollector log)
    {
        (_app, Log) = (app, log);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public FakeLogCollector Log { get; }

    public static Task<TestApi> Start(params (string Key, string? Value)[] settings) => Start(TimeProvider.System, settings);

    public static async Task<TestApi> Start(TimeProvider clock, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.Services.AddSingleton(clock);
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.AddJwtAccess();
        builder.AddWriteLimit();
        builder.AddHttpApi();
        var app = builder.Build();
        app.UseHttpApi();
        app.MapGet("/who", (Caller caller) => caller);
        app.MapPost("/write", (Caller caller) => caller);
        app.MapGet("/open", () => "").AllowAnonymous();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestApi(app, app.Services.GetFakeLogCollector());
    }

    public Task<HttpResponseMessage> Who(string? token) => Send(HttpMethod.Get, "/who", token);

    public Task<HttpResponseMessage> Write(string? token) => Send(HttpMethod.Post, "/write", token);

    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The token is accepted, as this user.</summary>
    public async Task Accepts(string token, Guid user, string role = "authenticated")
    {
        using var answer = await Who(token);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await Body(answer)}");
        var caller = JsonNode.Parse(await Body(answer))!;
        Assert.Equal((user, role), (caller["userId"]!.GetValue<Guid>(), caller["role"]!.GetValue<string>()));
    }

    /// <summary>The token is refused, with problem details that say the words.</summary>
    public async Task Refuses(string? token, HttpStatusCode status, string says)
    {
        using var answer = await Who(token);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(says, JsonNode.Parse(await Body(answer))!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    public static Task<string> Body(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
