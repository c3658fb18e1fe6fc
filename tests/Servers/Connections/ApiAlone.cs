using System.Net.Http.Json;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Connections;

/// <summary>An Api without workers, which gives up on Whop at the first try, so that each refusal is quick.</summary>
public sealed class ApiAlone : IAsyncLifetime
{
    public RunningStack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stack = await RunningStack.Start(0, 0, ("Whop__QuickRetries", "0"), ("Whop__AttemptTimeout", "00:00:10"));

    public static Task<HttpResponseMessage> PutKey(TestApp app, Guid connection, string key) => app.Send(new HttpRequestMessage(HttpMethod.Put, $"/api/connections/{connection}/api-key")
    {
        Content = JsonContent.Create(new { apiKey = key }),
    });

    public static Task<HttpResponseMessage> Delete(TestApp app, Guid connection) => app.Send(new HttpRequestMessage(HttpMethod.Delete, $"/api/connections/{connection}"));

    public ValueTask DisposeAsync() => Stack is null ? ValueTask.CompletedTask : Stack.DisposeAsync();
}
