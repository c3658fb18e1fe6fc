using BatchBus.Cli.Client;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Bench;

/// <summary>A stack on empty servers, for one benchmark.</summary>
sealed class BenchStack : IAsyncDisposable
{
    readonly PrivateStack _stack;
    readonly LocalToken _tokens;

    BenchStack(Checkout checkout, PrivateStack stack, Action<string> say)
    {
        (Checkout, _stack, Say) = (checkout, stack, say);
        _tokens = new LocalToken(stack.Secrets.JwtSecret, TimeProvider.System);
        Api = new ApiClient(stack.Apis[0]);
    }

    public Checkout Checkout { get; }

    public ApiClient Api { get; }

    public Action<string> Say { get; }

    /// <summary>An administrator's connection string.</summary>
    public string Postgres => _stack.Servers.Postgres;

    /// <summary>The services that run, without servers and simulator.</summary>
    public IReadOnlyList<RunningProcess> Services =>
        [.. _stack.Running.Where(p => ServiceNames.IsService(p.Name) && p.Name != ServiceNames.Simulator)];

    /// <summary>Empties the servers and starts everything, with as many Fetchers and Ingests as asked for.</summary>
    public static async Task<BenchStack> Start(Checkout checkout, int workers, Action<string> say, CancellationToken ct)
    {
        if (Given.Postgres() is not null || Given.RabbitMq() is not null)
            throw new CliException("A benchmark empties its servers first, so it takes none that are given; unset ConnectionStrings__Postgres and ConnectionStrings__RabbitMq.");
        say("Starting servers and services of its own.");
        var options = new PrivateStackOptions(1, workers, workers, StackOptions.WhopRequestsPerMinute);
        return new BenchStack(checkout, await PrivateStack.Start(checkout, Instance.ForBenchmarks(checkout), options, ct), say);
    }

    /// <summary>The bearer token of a user of this benchmark.</summary>
    public string Token(int user) => _tokens.For(LocalToken.LocalUser(user), LocalToken.Authenticated, TimeSpan.FromHours(2));

    /// <summary>How a service is started here.</summary>
    public ProcessSpec SpecOf(string service) => _stack.SpecOf(service);

    public void Begin(ProcessSpec spec) => _stack.Begin(spec);

    public Task Stop(string service) => _stack.Stop(service);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _stack.DisposeAsync();
    }
}
