using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BatchBus.Cli.Client;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Bench;

/// <summary>A stack on empty servers, for one benchmark.</summary>
sealed class BenchStack : IAsyncDisposable
{
    readonly Instance _instance;
    readonly LocalStack _stack;
    readonly ServiceWatch _watch;

    BenchStack(Instance instance, LocalStack stack, StackAddresses addresses, Action<string> say)
    {
        (_instance, _stack, Addresses, Say) = (instance, stack, addresses, say);
        _watch = new ServiceWatch(instance, addresses.Services);
        Tokens = new LocalToken(addresses.Secrets.JwtSecret, TimeProvider.System);
        Api = new ApiClient(addresses.Api);
    }

    public StackAddresses Addresses { get; }

    public ApiClient Api { get; }

    public LocalToken Tokens { get; }

    public Action<string> Say { get; }

    /// <summary>Everything that runs, the servers too.</summary>
    public IReadOnlyList<RunningProcess> Processes => new RunFile(_instance).Running;

    /// <summary>Empties the servers and starts everything, with as many Fetchers and Ingests as asked for.</summary>
    /// <param name="checkout">Whose programs.</param>
    /// <param name="options">How many workers, and the rate limit per Whop key.</param>
    /// <param name="say">Tells how far it is.</param>
    /// <param name="ct">Breaks it off.</param>
    public static async Task<BenchStack> Start(Checkout checkout, StackOptions options, Action<string> say, CancellationToken ct)
    {
        if (Given.Postgres() is not null || Given.RabbitMq() is not null)
            throw new CliException("A benchmark empties its servers first, so it takes none that are given; unset ConnectionStrings__Postgres and ConnectionStrings__RabbitMq.");
        var instance = Instance.ForBenchmarks(checkout);
        var stack = new LocalStack(checkout, instance, say);
        await stack.Down();
        await Clear(instance, ct);
        return new BenchStack(instance, stack, await stack.Up(options, ct), say);
    }

    /// <summary>The bearer token of a user of this benchmark.</summary>
    public string Token(int user) => Tokens.For(LocalToken.LocalUser(user), LocalToken.Authenticated, TimeSpan.FromHours(2));

    /// <summary>Batch lists to create and follow.</summary>
    public DemoJobs Jobs() => new(Api, _watch);

    /// <summary>The most memory that each service has had at once, in MB.</summary>
    public SortedDictionary<string, long> PeakMemory() => new(Addresses.Services.Where(service => service.Identity.IsRunning)
        .ToDictionary(service => service.Name, service => service.Identity.PeakMemory()!.Value / 1024 / 1024));

    /// <summary>How many messages RabbitMQ has taken since it was started, by its own count, which is a few seconds old.</summary>
    public async Task<long> MessagesPublished(CancellationToken ct)
    {
        var (management, user) = (new Uri(Addresses.Servers.RabbitMqManagement), new Uri(Addresses.Servers.RabbitMq).UserInfo);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(management, "api/overview"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user))));
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
        using var overview = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(ct));
        return overview.RootElement.GetProperty("message_stats").TryGetProperty("publish", out var published) ? published.GetInt64() : 0;
    }

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
