using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Cli;

/// <summary>A stack with a Fetcher and an Ingest, and the command as a process that finds it through its environment.</summary>
public class CliFixture : IAsyncLifetime
{
    public RunningStack Stack { get; private set; } = null!;

    protected virtual int Workers => 1;

    public async ValueTask InitializeAsync() => Stack = await RunningStack.Start(Workers, Workers);

    public async ValueTask DisposeAsync()
    {
        if (Stack is not null) await Stack.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the command as an operator, to its end.</summary>
    public Task<CliResult> Run(params string[] arguments) => RunWith("", arguments);

    /// <summary>The same with something to read.</summary>
    public async Task<CliResult> RunWith(string input, params string[] arguments)
    {
        using var process = CliProcess.Start(AsOperator(), input, arguments);
        return await process.Result();
    }

    public CliProcess Start(params string[] arguments) => CliProcess.Start(AsOperator(), arguments);

    /// <summary>Which Api, and as whom: always the same user, for connections belong to somebody.</summary>
    public Dictionary<string, string> AsOperator() => new()
    {
        ["BATCHBUS_API"] = Stack.Api.Address.ToString().TrimEnd('/'), ["BATCHBUS_TOKEN"] = TestApp.Token(User, "service_role"),
    };

    public Guid User { get; } = Guid.NewGuid();
}

/// <summary>The same without workers, so that jobs stay as they are.</summary>
public sealed class IdleCliFixture : CliFixture
{
    protected override int Workers => 0;
}
