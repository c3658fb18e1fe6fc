using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BatchBus.Database;
using BatchBus.WhopSimulator;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace BatchBus.Tests.Servers.Stack;

/// <summary>
/// BatchBus whole: a database and a virtual host of its own, the simulator, and the services as processes. A test speaks to it as an app
/// does, over HTTP.
/// </summary>
public sealed class RunningStack : IAsyncDisposable
{
    public const string JwtSecret = "a secret for tests, of 32 bytes or more";

    /// <summary>A watchdog that does not step in, for tests whose job stands still on purpose.</summary>
    public static readonly (string Key, string Value)[] Patient = [("Admission__StallTimeout", "00:30:00"), ("Admission__LongestStallTimeout", "00:30:00")];

    readonly WebApplication _simulator;
    readonly Dictionary<string, string> _settings;
    readonly List<ServiceProcess> _services = [];

    TcpProxy? _wayToPostgres;

    RunningStack(TestDatabase database, TestVirtualHost broker, WebApplication simulator, Dictionary<string, string> settings)
    {
        (Database, Broker, _simulator, _settings) = (database, broker, simulator, settings);
        Simulator = new HttpClient { BaseAddress = new Uri(simulator.Urls.First()) };
    }

    public TestDatabase Database { get; }

    public TestVirtualHost Broker { get; }

    /// <summary>The simulator's own address, with its controls under <c>/_sim</c>.</summary>
    public HttpClient Simulator { get; }

    public ServiceProcess Api { get; private set; } = null!;

    public string MasterKey => _settings["Secrets__MasterKey"];

    /// <summary>Everything that the services have logged so far.</summary>
    public IEnumerable<string> Logs => _services.SelectMany(service => service.Log);

    /// <summary>The last of what each service has logged, for whoever reads a failure.</summary>
    public string LastLogs => string.Join('\n', _services.SelectMany(service => service.Log.TakeLast(10).Prepend($"{service.Name}:")));

    /// <summary>A stack with a way to PostgreSQL and one to RabbitMQ that the test can cut.</summary>
    public static Task<RunningStack> StartBehind(TcpProxy wayToPostgres, TcpProxy wayToRabbitMq, params (string Key, string Value)[] settings) =>
        Start(null, 1, 1, wayToPostgres, [("ConnectionStrings__RabbitMq", $"port={wayToRabbitMq.Port}"), ("Whop__RequestsPerMinute", "3000"), .. settings]);

    /// <summary>Starts a stack with an Api, and as many Fetchers and Ingests as asked for; with <paramref name="settings"/> on top of its own.</summary>
    public static Task<RunningStack> Start(int fetchers = 1, int ingests = 1, params (string Key, string Value)[] settings) =>
        Start(null, fetchers, ingests, null, settings);

    /// <summary>The same on a broker of the test's own, which the stack deletes at its end, and optionally with a way to PostgreSQL that the test can cut.</summary>
    public static Task<RunningStack> StartOn(
        TestVirtualHost broker, int fetchers = 1, int ingests = 1, TcpProxy? wayToPostgres = null, params (string Key, string Value)[] settings) =>
        Start(broker, fetchers, ingests, wayToPostgres, settings);

    static async Task<RunningStack> Start(
        TestVirtualHost? given, int fetchers, int ingests, TcpProxy? wayToPostgres, params (string Key, string Value)[] settings)
    {
        var database = await MigratedDatabase.Create();
        var broker = given ?? await TestVirtualHost.Create();
        var simulator = SimulatorApp.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", "--Simulator:RequestsPerMinute=0"]);
        await simulator.StartAsync();
        var all = new Dictionary<string, string>
        {
            ["ConnectionStrings__RabbitMq"] = broker.Uri.ToString(),
            ["Secrets__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Auth__JwtSecret"] = JwtSecret,
            ["Whop__BaseUrl"] = $"{simulator.Urls.First()}/api/v1",
            ["Whop__RequestsPerMinute"] = "6000",
            // At a pace that no Whop has any simulator is slow, and tests say which page is which. Windows have tests of their own.
            ["Jobs__MaxWindows"] = "1",
            // Tests ask faster than people do; the limit has tests of its own.
            ["RateLimit__WritesPerMinute"] = "1000000", ["RateLimit__Burst"] = "1000000",
        };
        foreach (var (key, value) in settings)
            all[key] = value.StartsWith("port=", StringComparison.Ordinal) ? new UriBuilder(broker.Uri) { Port = int.Parse(value[5..], CultureInfo.InvariantCulture) }.ToString() : value;

        var stack = new RunningStack(database, broker, simulator, all) { _wayToPostgres = wayToPostgres };
        stack.Api = stack.Begin("Api");
        for (var i = 0; i < fetchers; i++) stack.Begin("Fetcher");
        for (var i = 0; i < ingests; i++) stack.Begin("Ingest");
        try
        {
            await Task.WhenAll(stack._services.Select(service => service.Ready()));
            return stack;
        }
        catch
        {
            await stack.DisposeAsync(); // nobody else has it
            throw;
        }
    }

    /// <summary>Sets how long the simulator takes to answer, and a key's limit; 0 is none.</summary>
    public async Task SetWhop(int latencyMs, int requestsPerMinute = 0)
    {
        using var answer = await Simulator.PutAsJsonAsync("/_sim/settings", new { latencyMs, requestsPerMinute }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The services of a kind that are running.</summary>
    public IReadOnlyList<ServiceProcess> Running(string name) => [.. _services.Where(service => service.Name == name && !service.HasExited)];

    /// <summary>Changes a setting of the services that begin from now on.</summary>
    public void Change((string Key, string Value) setting) => _settings[setting.Key] = setting.Value;

    /// <summary>Starts one more service of a kind, and does not wait for it.</summary>
    public ServiceProcess Begin(string name)
    {
        var settings = new Dictionary<string, string>(_settings);
        if (name == "Api") settings["ConnectionStrings__Postgres"] = Login(LoginRoles.Api);
        if (name == "Ingest") settings["ConnectionStrings__Postgres"] = Login(LoginRoles.Ingest);
        var service = ServiceProcess.Start(name, settings);
        _services.Add(service);
        if (name == "Api") Api = service;
        return service;
    }

    /// <summary>Whether a message waits in a delay queue, the third ring of retries.</summary>
    public async Task<bool> MessagesAreDelayed() =>
        JsonNode.Parse(await Broker.Management.GetStringAsync($"api/queues/{Broker.Name}"))!.AsArray().Any(queue =>
            queue!["name"]!.GetValue<string>().StartsWith("delay.", StringComparison.Ordinal) && queue["messages"]?.GetValue<long>() > 0);

    /// <summary>Waits until no message is anywhere: neither in a queue nor with a consumer nor in the outbox.</summary>
    public Task QueuesAreEmpty() => Eventually.True(async () =>
    {
        // The broker counts anew every few seconds; what is in the database is true now.
        var queues = JsonNode.Parse(await Broker.Management.GetStringAsync($"api/queues/{Broker.Name}?columns=name,messages"))!.AsArray();
        return queues.All(queue => queue!["messages"]?.GetValue<long>() == 0) && await Database.Scalar<long>("SELECT count(*) FROM outbox") == 0;
    }, "the queues to be empty");

    /// <summary>
    /// Once nothing is under way: each job's row, its progress row and its ledger say the same, and the members of an audience are what its jobs have inserted.
    /// </summary>
    public async Task SagaAgreesWithProgress()
    {
        await QueuesAreEmpty();
        // What the broker counts may be seconds old, so that the last report can still be on its way.
        List<string> differences = [];
        await Eventually.True(async () => (differences = await Differences()).Count == 0, "each job's row to say what is stored", instead: () => string.Join(" | ", differences));
    }

    Task<List<string>> Differences() => Database.Column<string>("""
            SELECT format('%s: %s pages, %s members, %s inserted in the job; %s, %s, %s in progress; %s pages in the ledger; %s rows of all jobs',
                          q.status, q.pages_ingested, q.members_fetched, q.inserted, p.pages_ingested, p.members_fetched, p.inserted, l.pages, a.rows)
            FROM batch_processing_queue q
            LEFT JOIN batch_processing_progress p ON p.job_id = q.id
            CROSS JOIN LATERAL (SELECT count(*) AS pages FROM batch_processing_pages WHERE job_id = q.id) l
            CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM audience_members m WHERE m.audience_id = q.audience_id) AS rows,
                                       (SELECT sum(inserted) FROM batch_processing_queue j WHERE j.audience_id = q.audience_id) AS inserted) a
            WHERE (q.pages_ingested, q.members_fetched, q.inserted, q.duplicates, q.invalid, q.without_email, q.changed)
                  IS DISTINCT FROM (coalesce(p.pages_ingested, 0), coalesce(p.members_fetched, 0), coalesce(p.inserted, 0), coalesce(p.duplicates, 0),
                                    coalesce(p.invalid, 0), coalesce(p.without_email, 0), coalesce(p.changed, 0))
               OR q.pages_ingested <> l.pages OR a.inserted <> a.rows
            """);

    string Login(string role)
    {
        var login = new NpgsqlConnectionStringBuilder(Database.As(role, MigratedDatabase.Password));
        if (_wayToPostgres is not null) (login.Host, login.Port) = ("127.0.0.1", _wayToPostgres.Port);
        return login.ConnectionString;
    }

    /// <summary>An app of the user, who is new unless named.</summary>
    public TestApp App(Guid? user = null) => new(this, user ?? Guid.NewGuid());

    /// <summary>The addresses that a whole reading must find, and those that it may miss, for everybody who has one leaves.</summary>
    public async Task<(HashSet<string> There, HashSet<string> Leaving)> Expected(string company)
    {
        var (there, leaving) = (new HashSet<string>(), new HashSet<string>());
        using var reader = new StreamReader(await Simulator.GetStreamAsync(new Uri($"/_sim/companies/{company}/expected", UriKind.Relative)));
        while (await reader.ReadLineAsync() is { } line)
        {
            var member = JsonNode.Parse(line)!;
            (member["mayBeMissed"]?.GetValue<bool>() == true ? leaving : there).Add(member["email"]!.GetValue<string>());
        }

        return (there, leaving);
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            foreach (var line in Logs.TakeLast(200)) TestContext.Current.TestOutputHelper?.WriteLine(line);
        foreach (var service in _services) await service.DisposeAsync();
        Simulator.Dispose();
        await _simulator.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }
}
