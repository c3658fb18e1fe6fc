using BatchBus.Cli.Client;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Bench;

/// <summary>A stack on empty servers, for one benchmark.</summary>
sealed class BenchStack : IAsyncDisposable
{
    readonly Instance _instance;
    readonly LocalStack _stack;
    readonly LocalToken _tokens;

    BenchStack(Instance instance, LocalStack stack, StackAddresses addresses, Action<string> say)
    {
        (_instance, _stack, Addresses, Say) = (instance, stack, addresses, say);
        _tokens = new LocalToken(addresses.Secrets.JwtSecret, TimeProvider.System);
        Api = new ApiClient(addresses.Api);
    }

    public StackAddresses Addresses { get; }

    public ApiClient Api { get; }

    public Action<string> Say { get; }

    /// <summary>Empties the servers and starts everything, with as many Fetchers and Ingests as asked for.</summary>
    public static async Task<BenchStack> Start(Checkout checkout, int workers, Action<string> say, CancellationToken ct)
    {
        if (Given.Postgres() is not null || Given.RabbitMq() is not null)
            throw new CliException("A benchmark empties its servers first, so it takes none that are given; unset ConnectionStrings__Postgres and ConnectionStrings__RabbitMq.");
        var instance = Instance.ForBenchmarks(checkout);
        var stack = new LocalStack(checkout, instance, say);
        await stack.Down();
        await Clear(instance, ct);
        return new BenchStack(instance, stack, await stack.Up(new StackOptions(workers, workers), ct), say);
    }

    /// <summary>The bearer token of a user of this benchmark.</summary>
    public string Token(int user) => _tokens.For(LocalToken.LocalUser(user), LocalToken.Authenticated, TimeSpan.FromHours(2));

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _stack.Down();
        await Clear(_instance, CancellationToken.None);
    }

    static async Task Clear(Instance instance, CancellationToken ct)
    {
        foreach (var folder in (string[])[(await DataFolder.Of(instance, ct)).Path, instance.FileNamed("rabbitmq")])
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
