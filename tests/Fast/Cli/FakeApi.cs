using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BatchBus.Tests.Fast.Cli;

/// <summary>Something that answers as a test says, on a port of its own.</summary>
sealed class FakeApi : IAsyncDisposable
{
    readonly WebApplication _app;

    FakeApi(WebApplication app) => _app = app;

    public Uri Address => new($"{_app.Urls.Single()}/base");

    public static async Task<FakeApi> Start(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FakeApi(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
