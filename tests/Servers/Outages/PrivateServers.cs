using System.Net;
using BatchBus.Cli;
using BatchBus.Cli.Chaos;
using BatchBus.Cli.Demo;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;
using Npgsql;

namespace BatchBus.Tests.Servers.Outages;

/// <summary>
/// BatchBus on a PostgreSQL and a RabbitMQ of its own, which a test may kill: those of the test run serve all other tests. The tests that
/// have such servers run one after another.
/// </summary>
public sealed class PrivateServers : IAsyncLifetime
{
    public const string Collection = "tests that kill servers";

    // Pages come slowly enough for an outage to fall into the middle of a job.
    static readonly PrivateStackOptions Options = new(Apis: 1, Fetchers: 1, Ingesters: 1, RequestsPerMinute: 1200)
    {
        Settings = new Dictionary<string, string> { ["Fetcher__PublishTimeout"] = "00:00:05", ["Ingest__PublishTimeout"] = "00:00:05" },
    };

    int _companies;

    internal PrivateStack Stack { get; private set; } = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var checkout = Checkout.Find();
        Stack = await PrivateStack.Start(checkout, Instance.At(Path.Combine(checkout.Root, ".batchbus", "outages")), Options, Cancellation);
    }

    public ValueTask DisposeAsync() => Stack?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Asks for the list of a new company and waits until a part of it is stored.</summary>
    internal async Task<ChaosJob> ABegunJob(int members = 12_000)
    {
        var job = await AJob(members);
        await Eventually.True(async () => await Stored(job) > 10, $"the first pages of {job.CompanyId}");
        return job;
    }

    /// <summary>Asks for the list of a new company.</summary>
    internal async Task<ChaosJob> AJob(int members)
    {
        // A test that failed may have left a server away.
        foreach (var server in (string[])[PrivatePostgres.ProcessName, PrivateRabbitMq.ProcessName])
            if (Stack.Find(server) is null) await Stack.Begin(server, Cancellation);
        var company = $"biz_outage{++_companies}_{members}";
        var job = new ChaosJob
        {
            CompanyId = company, Members = members, At = TimeSpan.Zero, Trouble = WhopTrouble.None,
            Token = new LocalToken(Stack.Secrets.JwtSecret, TimeProvider.System).For(LocalToken.LocalUser(_companies), LocalToken.Authenticated, TimeSpan.FromDays(1)),
        };
        using var api = new PatientApi(Stack.Apis);
        job.ConnectionId = await api.CreateConnection(job.Token, company, Cancellation);
        var accepted = await api.CreateBatchList(job.Token, job.ConnectionId, company, Cancellation);
        (job.Id, job.AudienceId) = (accepted.JobId, accepted.AudienceId);
        return job;
    }

    internal async Task<long> Stored(ChaosJob job) =>
        (await ChaosDatabase.Column<long>(Stack.Servers.Postgres, "SELECT count(*) FROM batch_processing_pages WHERE job_id = $1", Cancellation, job.Id)).Single();

    internal async Task<string> Status(ChaosJob job) =>
        (await ChaosDatabase.Column<string>(Stack.Servers.Postgres, "SELECT status FROM batch_processing_queue WHERE id = $1", Cancellation, job.Id)).Single();

    /// <summary>SIGKILL: it ends between two instructions.</summary>
    internal Task Kill(string name)
    {
        Signals.Send(Stack.Find(name)!, StopSignal.Kill);
        return Eventually.True(() => Task.FromResult(Stack.Find(name) is null), $"{name} to be gone");
    }

    internal async Task Execute(string sql)
    {
        var login = new NpgsqlConnectionStringBuilder(Stack.Servers.Postgres) { Pooling = false, Options = "-c default_transaction_read_only=off" };
        await using var connection = new NpgsqlConnection(login.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Waits until a service says that it is not ready, and why.</summary>
    public async Task IsMissing(string service, string what)
    {
        (HttpStatusCode? Status, string Body) said = (null, "");
        await Eventually.True(async () => (said = await Readiness(service)).Status is not HttpStatusCode.OK && said.Body.Contains(what, StringComparison.Ordinal),
            $"{service} to say: {what}", instead: () => $"It says: {said.Body}");
    }

    internal async Task<bool> IsReady(string service) => await Readiness(service) is { Status: HttpStatusCode.OK };

    /// <summary>The job ends exactly, without anybody's help; every process has lived through it; every queue is empty and has its consumer back.</summary>
    internal async Task EndsExactly(ChaosJob job, IReadOnlyList<RunningProcess> before)
    {
        await Eventually.True(async () =>
        {
            job.Status = await Status(job);
            return job.HasEnded;
        }, $"{job.CompanyId} to end", TimeSpan.FromMinutes(4));
        using var system = new SystemCheck(Stack);
        using var whop = new SimulatorControl(Stack.Simulator);
        using var oracle = new SimulatorClient(Stack.Simulator);
        Assert.Empty(await system.Problems([job], Cancellation));
        Assert.Empty(await new AudienceCheck(Stack, whop, oracle).Problems(job, Cancellation));
        Assert.All(before, process => Assert.True(process.Identity.IsRunning, $"{process.Name} has ended."));
    }

    /// <summary>The services, but not the servers.</summary>
    internal IReadOnlyList<RunningProcess> Services => [.. Stack.Running.Where(p => ServiceNames.IsService(p.Name))];

    async Task<(HttpStatusCode? Status, string Body)> Readiness(string service)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Stack.Find(service)!.Port}/"), Timeout = TimeSpan.FromSeconds(20) };
        try
        {
            using var answer = await http.GetAsync(new Uri("health/ready", UriKind.Relative), Cancellation);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !Cancellation.IsCancellationRequested)
        {
            return (null, "no answer yet");
        }
    }
}
