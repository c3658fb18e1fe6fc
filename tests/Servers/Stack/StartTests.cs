using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace BatchBus.Tests.Servers.Stack;

/// <summary>A service that cannot start says why in a sentence, without a stack trace, and ends.</summary>
public sealed class StartTests
{
    static readonly Dictionary<string, string> Settings = new()
    {
        ["ConnectionStrings__RabbitMq"] = "amqp://nobody@127.0.0.1:1",
        ["ConnectionStrings__Postgres"] = "Host=127.0.0.1;Port=1;Database=none",
        ["Secrets__MasterKey"] = Convert.ToBase64String(new byte[32]),
        ["Auth__JwtSecret"] = RunningStack.JwtSecret,
    };

    [Theory]
    [InlineData("Api", "Auth__JwtSecret", "short", "Auth__JwtSecret must have at least 32 bytes")]
    [InlineData("Api", "RateLimit__Burst", "0", "RateLimit__Burst must be between")]
    [InlineData("Api", "ConnectionStrings__Postgres", "nonsense", "ConnectionStrings__Postgres must be")]
    [InlineData("Api", "Admission__MaxActiveJobsPerOwner", "1000", "Admission__MaxActiveJobsPerOwner must not exceed")]
    [InlineData("Api", "Jobs__MaxPagesWaiting", "5", "Jobs__MaxPagesWaiting must be at least 20")]
    [InlineData("Api", "Audiences__DeletionStep", "0", "Audiences__DeletionStep must be between 1 and 100000")]
    [InlineData("Api", "Events__Tick", "00:00:02", "Events__Tick must be between 0.05 seconds and 1 second")]
    [InlineData("Api", "Dashboard__TraceUrl", "http://localhost:16686/trace/", "Dashboard__TraceUrl must be an http(s) address with {traceId} in it")]
    [InlineData("Api", "Admission__LongestStallTimeout", "00:00:05", "Admission__LongestStallTimeout must not be shorter")]
    [InlineData("Api", "RabbitMq__ManagementUrl", "localhost", "RabbitMq__ManagementUrl must be an address such as")]
    [InlineData("Api", "Workers__StaleAfter", "00:00:15", "Workers__StaleAfter must be at least twice Workers__HeartbeatInterval")]
    [InlineData("Fetcher", "Workers__HeartbeatInterval", "00:00:00", "Workers__HeartbeatInterval must be between 0.5 seconds and 5 minutes")]
    [InlineData("Fetcher", "Secrets__MasterKey", "c2hvcnQ=", "Secrets__MasterKey must be 32 bytes")]
    [InlineData("Fetcher", "Fetcher__ConcurrentSlices", "0", "Fetcher__ConcurrentSlices must be between")]
    [InlineData("Ingest", "ConnectionStrings__RabbitMq", "localhost", "ConnectionStrings__RabbitMq must be")]
    [InlineData("Fetcher", "RabbitMq__QueueType", "mirrored", "RabbitMq__QueueType must be classic or quorum")]
    [InlineData("Ingest", "Ingest__PagesPerBatch", "0", "Ingest__PagesPerBatch must be between")]
    public async Task A_wrong_setting_is_said_in_a_sentence(string service, string setting, string value, string says)
    {
        await using var process = ServiceProcess.Start(service, new Dictionary<string, string>(Settings) { [setting] = value });
        await process.Exited();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains(process.Log, line => line.Contains(says, StringComparison.Ordinal));
        Assert.DoesNotContain(process.Log, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Ingest")]
    public async Task A_service_refuses_an_older_schema(string service)
    {
        await using var database = await MigratedDatabase.Create();
        await database.Execute("DELETE FROM supabase_migrations.schema_migrations WHERE version = '20261123000003'");
        var login = database.As(service == "Api" ? "batchbus_api" : "batchbus_ingest", MigratedDatabase.Password);
        await using var process = ServiceProcess.Start(service, new Dictionary<string, string>(Settings) { ["ConnectionStrings__Postgres"] = login });
        await process.Exited();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains(process.Log, line => line.Contains("20261123000003_access not applied. Run `./batchbus migrate`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_waits_for_PostgreSQL_says_so_once_and_when_it_is_back()
    {
        await using var database = await MigratedDatabase.Create();
        await using var way = TcpProxy.ToPostgres();
        await way.Cut();
        using var away = new TcpListener(IPAddress.Loopback, way.Port);
        away.Start();
        var login = new NpgsqlConnectionStringBuilder(database.As("batchbus_ingest", MigratedDatabase.Password)) { Host = "127.0.0.1", Port = way.Port };
        await using var process = ServiceProcess.Start("Ingest", new Dictionary<string, string>(Settings) { ["ConnectionStrings__Postgres"] = login.ConnectionString });

        for (var tries = 0; tries < 3; tries++) (await away.AcceptTcpClientAsync(TestContext.Current.CancellationToken)).Dispose();
        Assert.False(process.HasExited);
        away.Stop();
        way.Restore();
        await Eventually.True(() => Task.FromResult(Lines(process, "PostgreSQL answers").Length == 1), "the start to go on");
        Assert.All(Lines(process, "The start waits for PostgreSQL").GroupBy(line => line[line.IndexOf("PostgreSQL", StringComparison.Ordinal)..]), reason => Assert.Single(reason));
        Assert.NotEmpty(Lines(process, "The start waits for PostgreSQL"));
    }

    static string[] Lines(ServiceProcess process, string with) => [.. process.Log.Where(line => line.Contains(with, StringComparison.Ordinal))];
}
