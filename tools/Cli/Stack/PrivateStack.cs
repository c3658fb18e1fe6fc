using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Database;

namespace BatchBus.Cli.Stack;

/// <summary>How many of each service a <see cref="PrivateStack"/> runs, and with what.</summary>
sealed record PrivateStackOptions(int Apis, int Fetchers, int Ingesters, int RequestsPerMinute)
{
    /// <summary>Settings of the services, beyond those that they need to start.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public IEnumerable<string> ServiceNames => [.. Names(Stack.ServiceNames.Api, Apis), .. Names(Stack.ServiceNames.Fetcher, Fetchers), .. Names(Stack.ServiceNames.Ingest, Ingesters)];

    static IEnumerable<string> Names(string kind, int count) => Enumerable.Range(1, count)
        .Select(number => kind == Stack.ServiceNames.Api && number == 1 ? kind : Stack.ServiceNames.Worker(kind, number));
}

/// <summary>
/// BatchBus on empty servers of its own, in an instance that nothing else uses: each process can be killed and started again by itself.
/// At the end everything is stopped and the data is deleted; the logs stay.
/// </summary>
sealed class PrivateStack : IAsyncDisposable
{
    readonly Checkout _checkout;
    readonly Instance _instance;
    readonly PrivateStackOptions _options;
    readonly IDisposable _lock;
    readonly RunFile _runFile;
    readonly DetachedProcess _processes;
    readonly Ports _ports;

    PrivateStack(Checkout checkout, Instance instance, PrivateStackOptions options, IDisposable held)
    {
        (_checkout, _instance, _options, _lock) = (checkout, instance, options, held);
        _runFile = new RunFile(instance);
        _processes = new DetachedProcess(instance, _runFile);
        _ports = new Ports(instance);
        Secrets = LocalSecrets.Of(instance);
    }

    public LocalSecrets Secrets { get; }

    public ServerAddresses Servers { get; private set; } = null!;

    public Uri Simulator { get; private set; } = null!;

    /// <summary>What runs now.</summary>
    public IReadOnlyList<RunningProcess> Running => _runFile.Running;

    /// <summary>The addresses of the Apis, running or not.</summary>
    public IReadOnlyList<Uri> Apis => [.. _options.ServiceNames.Where(name => ServiceNames.KindOf(name) == ServiceNames.Api)
        .Select(name => new Uri($"http://127.0.0.1:{_ports.Known(name)}/"))];

    public static async Task<PrivateStack> Start(Checkout checkout, Instance instance, PrivateStackOptions options, CancellationToken ct)
    {
        var stack = new PrivateStack(checkout, instance, options, await instance.Lock(ct));
        try
        {
            await stack.Clear();
            await stack.StartServers(ct);
            await stack.StartServices(ct);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public RunningProcess? Find(string name) => _runFile.Find(name);

    /// <summary>Waits until the services say that they are ready.</summary>
    public Task Ready(CancellationToken ct) => new Readiness(_instance).Of(_options.ServiceNames.Select(name => Find(name)
        ?? throw new CliException($"{name} has ended by itself.{LogTail.Of(_instance, name)}")), ct);

    /// <summary>Starts a process that was stopped; a server is waited for.</summary>
    public async Task Begin(string name, CancellationToken ct)
    {
        switch (name)
        {
            case PrivatePostgres.ProcessName:
                SameAddress(Servers.Postgres, await ServerAddresses.StartPostgres(_instance, _runFile, _ports, ct));
                break;
            case PrivateRabbitMq.ProcessName:
                SameAddress(Servers.RabbitMq, (await ServerAddresses.StartRabbitMq(_instance, _runFile, _ports, ct)).Amqp);
                break;
            default:
                Begin(SpecOf(name));
                break;
        }
    }

    /// <summary>Starts a service with settings of its own.</summary>
    public void Begin(ProcessSpec spec) => _processes.Start(spec);

    /// <summary>Asks a process to end as its operator would, and waits.</summary>
    public Task Stop(string name) => Find(name) is { } process ? _processes.Stop(process) : Task.CompletedTask;

    public ProcessSpec SpecOf(string service)
    {
        var services = new Services(_checkout, _ports, Servers, Secrets, Simulator, _options.RequestsPerMinute, _options.Settings);
        var number = Math.Max(1, ServiceNames.NumberOf(service));
        return ServiceNames.KindOf(service) switch
        {
            ServiceNames.Api => services.Api(number),
            ServiceNames.Fetcher => services.Fetcher(number),
            _ => services.Ingest(number),
        };
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the stack's RabbitMQ.</summary>
    public Task ControlRabbitMq(CancellationToken ct, params string[] words) => new PrivateRabbitMq(_instance, _runFile, _ports).Control(ct, words);

    public string LogOf(string name) => _instance.LogOf(name);

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var process in Running) Signals.Thaw(process);
            await Clear();
        }
        finally
        {
            _lock.Dispose();
        }
    }

    async Task StartServers(CancellationToken ct)
    {
        var postgres = ServerAddresses.StartPostgres(_instance, _runFile, _ports, ct);
        var rabbitMq = ServerAddresses.StartRabbitMq(_instance, _runFile, _ports, ct);
        await Task.WhenAll(postgres, rabbitMq);
        var (amqp, management) = await rabbitMq;
        Servers = new ServerAddresses(await postgres, PostgresIsPrivate: true, amqp, management);
        await new MigrationRunner(Servers.Postgres).Apply(ct);
        await LoginRoles.SetPasswords(Servers.Postgres, Secrets.ApiPassword, Secrets.IngestPassword, ct);
    }

    async Task StartServices(CancellationToken ct)
    {
        // No limit of the simulator's own: the faults say when a request is refused.
        var simulator = _processes.Start(Services.Simulator(_checkout, _ports.Take(ServiceNames.Simulator), int.MaxValue));
        Simulator = new Uri($"http://127.0.0.1:{simulator.Port}/");
        await new Readiness(_instance).Of([simulator], ct);
        foreach (var name in _options.ServiceNames) Begin(SpecOf(name));
        await Ready(ct);
    }

    /// <summary>Stops everything, also what a run that was killed has left, and deletes the data.</summary>
    async Task Clear()
    {
        await new Shutdown(_instance, _runFile).Stop(_ => true);
        var data = (await DataFolder.Of(_instance, CancellationToken.None)).Path;
        foreach (var folder in (string[])[data, _instance.FileNamed("rabbitmq")])
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    static void SameAddress(string before, string now)
    {
        if (before != now) throw new CliException("A server's port was taken while the server was away; the services would look for it in vain. Run the command again.");
    }
}
