using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Audiences;

/// <summary>An Api without workers, whose memory and requests are the tests' alone.</summary>
public sealed class ApiAlone : IAsyncLifetime
{
    public RunningStack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stack = await RunningStack.Start(fetchers: 0, ingests: 0);

    public ValueTask DisposeAsync() => Stack is null ? ValueTask.CompletedTask : Stack.DisposeAsync();
}
