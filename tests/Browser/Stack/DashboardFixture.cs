using BatchBus.Tests.Servers;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(TestRun))]

namespace BatchBus.Tests.Browser.Stack;

/// <summary>BatchBus whole, and a browser. Each test is another user, or an operator who looks for what is its own.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    public const string Collection = "Dashboard";

    // So slow that there is time to press buttons while a list is being read: 20 pages of 100 members a second.
    const string RequestsPerMinute = "1200";

    Chromium _chromium = null!;

    public RunningStack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _chromium = await Chromium.Start();
        Stack = await RunningStack.Start(settings: [("Whop__RequestsPerMinute", RequestsPerMinute), ("Dashboard__TraceUrl", "http://127.0.0.1:16686/trace/{traceId}"),
            ("Workers__HeartbeatInterval", "00:00:01"), ("Workers__StaleAfter", "00:00:03")]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Stack is not null) await Stack.DisposeAsync();
        if (_chromium is not null) await _chromium.DisposeAsync();
    }

    /// <summary>A browser window of its own, with nobody signed in.</summary>
    public async Task<Dashboard> Open(ColorScheme colours = ColorScheme.Light)
    {
        var context = await _chromium.Browser.NewContextAsync(new() { BaseURL = Stack.Api.Address.ToString(), ColorScheme = colours, Locale = "en-US", AcceptDownloads = true });
        return await Dashboard.Of(context);
    }

    /// <summary>A window in which an app's user is signed in.</summary>
    public async Task<Dashboard> Open(TestApp app, ColorScheme colours = ColorScheme.Light) => await (await Open(colours)).SignIn(TestApp.Token(app.User));

    /// <summary>A window of somebody who runs BatchBus.</summary>
    public async Task<Dashboard> OpenAsOperator(ColorScheme colours = ColorScheme.Light) => await (await Open(colours)).SignIn(TestApp.Token(Guid.NewGuid(), "service_role"));
}

[CollectionDefinition(DashboardFixture.Collection)]
public sealed class DashboardCollection : ICollectionFixture<DashboardFixture>;
