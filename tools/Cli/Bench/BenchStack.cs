using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using BatchBus.Cli.Client;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Bench;

/// <param name="Workers">How many Fetchers, and as many Ingests.</param>
/// <param name="RequestsPerMinute">The rate limit per Whop key that the services keep.</param>
/// <param name="Published">Whether the services are started as their images have them, or else as <c>./batchbus</c> has built them.</param>
sealed record BenchOptions(int Workers, int RequestsPerMinute = StackOptions.WhopRequestsPerMinute, bool Published = false)
{
    /// <summary>Settings of the services, beyond those that they need to start.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

/// <summary>A stack on empty servers, for one benchmark.</summary>
sealed class BenchStack : IAsyncDisposable
{
    readonly PrivateStack _stack;
    readonly Dictionary<string, ProcessSpec> _published = [];
    ServiceWatch _watch;

    BenchStack(Checkout checkout, PrivateStack stack, Action<string> say)
    {
        (Checkout, _stack, Say) = (checkout, stack, say);
        Tokens = new LocalToken(stack.Secrets.JwtSecret, TimeProvider.System);
        Api = new ApiClient(stack.Apis[0]);
        _watch = new ServiceWatch(Instance.ForBenchmarks(checkout), Services);
    }

    public Checkout Checkout { get; }

    public ApiClient Api { get; }

    public LocalToken Tokens { get; }

    public Action<string> Say { get; }

    public ServerAddresses Servers => _stack.Servers;

    public Uri Simulator => _stack.Simulator;

    /// <summary>An administrator's connection string.</summary>
    public string Postgres => Servers.Postgres;

    /// <summary>Everything that runs, the servers too.</summary>
    public IReadOnlyList<RunningProcess> Processes => _stack.Running;

    /// <summary>The services that run, without servers and simulator.</summary>
    public IReadOnlyList<RunningProcess> Services =>
        [.. _stack.Running.Where(p => ServiceNames.IsService(p.Name) && p.Name != ServiceNames.Simulator)];

    /// <summary>Empties the servers and starts everything, with as many Fetchers and Ingests as asked for.</summary>
    public static async Task<BenchStack> Start(Checkout checkout, BenchOptions options, Action<string> say, CancellationToken ct)
    {
        if (Given.Postgres() is not null || Given.RabbitMq() is not null)
            throw new CliException("A benchmark empties its servers first, so it takes none that are given; unset ConnectionStrings__Postgres and ConnectionStrings__RabbitMq.");
        say("Starting servers and services of its own.");
        var stack = new PrivateStackOptions(1, options.Workers, options.Workers, options.RequestsPerMinute) { Settings = options.Settings };
        var started = new BenchStack(checkout, await PrivateStack.Start(checkout, Instance.ForBenchmarks(checkout), stack, ct), say);
        try
        {
            if (options.Published) await started.Publish(ct);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bearer token of a user of this benchmark.</summary>
    public string Token(int user) => Tokens.For(LocalToken.LocalUser(user), LocalToken.Authenticated, TimeSpan.FromHours(2));

    /// <summary>Batch lists to create and follow.</summary>
    public DemoJobs Jobs() => new(Api, _watch);

    /// <summary>The most memory that each service has had at once, in MB.</summary>
    public SortedDictionary<string, long> PeakMemory() => new(Services.ToDictionary(service => service.Name, service => service.Identity.PeakMemory()!.Value / 1024 / 1024));

    /// <summary>The memory that each service has now.</summary>
    public SortedDictionary<string, MemoryUse> Memory() => new(Services.ToDictionary(service => service.Name,
        service => new MemoryUse((service.Identity.Memory() ?? 0) / 1024 / 1024, (service.Identity.OwnMemory() ?? 0) / 1024 / 1024)));

    /// <summary>How many messages RabbitMQ has taken since it was started, by its own count, which is a few seconds old.</summary>
    public async Task<long> MessagesPublished(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(Servers.RabbitMqManagement), "api/overview"));
        var user = Uri.UnescapeDataString(new Uri(Servers.RabbitMq).UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
        using var overview = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(ct));
        return overview.RootElement.GetProperty("message_stats").TryGetProperty("publish", out var published) ? published.GetInt64() : 0;
    }

    /// <summary>From now on the simulated Whop holds each answer back for so long, and allows each key so many requests in any 60 s; 0 for no limit.</summary>
    public async Task SetWhop(int latencyMs, int requestsPerMinute, CancellationToken ct)
    {
        using var simulator = new HttpClient { BaseAddress = Simulator };
        using var answer = await simulator.PutAsJsonAsync(new Uri("_sim/settings", UriKind.Relative), new { latencyMs, requestsPerMinute }, ct);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How many ended jobs are not exact: every count and every e-mail is compared with what the simulator gave out, as in the demo.</summary>
    public async Task<int> CountWrong(IReadOnlyList<DemoJob> jobs, CancellationToken ct)
    {
        using var simulator = new SimulatorClient(Simulator);
        var check = new ResultCheck(Api, simulator, Servers);
        var wrong = 0;
        foreach (var job in jobs)
        {
            var problems = job.Latest!.Status == "completed" ? await check.Differences(job, ct) : [$"{job.CompanyId} is {job.Latest.Status}."];
            foreach (var problem in problems) Say($"Wrong: {problem}");
            if (problems.Count > 0) wrong++;
        }
        return wrong;
    }

    /// <summary>How a service is started here.</summary>
    public ProcessSpec SpecOf(string service) => _stack.SpecOf(service);

    public void Begin(ProcessSpec spec) => _stack.Begin(spec);

    /// <summary>Starts a service again that was stopped, as it was.</summary>
    public void Begin(string service)
    {
        Begin(_published.GetValueOrDefault(service) ?? SpecOf(service));
        _watch.Follow(_stack.Find(service) ?? throw new CliException($"{service} has ended by itself."));
    }

    public Task Stop(string service) => _stack.Stop(service);

    async Task Publish(CancellationToken ct)
    {
        Say("Publishing the services as for their images.");
        var published = new PublishedPrograms(Checkout);
        foreach (var name in Services.Select(service => service.Name).ToArray())
        {
            await Stop(name); // before its port is looked for
            Begin(_published[name] = await published.Instead(SpecOf(name), ct));
        }
        await _stack.Ready(ct);
        _watch = new ServiceWatch(Instance.ForBenchmarks(Checkout), Services);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _stack.DisposeAsync();
    }
}
