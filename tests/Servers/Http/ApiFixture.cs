using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Http;

/// <summary>One stack for the tests of the HTTP API, which do not get in each other's way: each is another user.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public RunningStack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stack = await RunningStack.Start();

    public ValueTask DisposeAsync() => Stack is null ? ValueTask.CompletedTask : Stack.DisposeAsync();
}
