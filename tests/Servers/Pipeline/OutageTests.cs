using BatchBus.Tests.Servers.Stack;
using Npgsql;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>A server that goes away for a while costs no job and needs nobody's help. The services stay up, and readiness says what is missing.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    TcpProxy _postgres = null!;
    TcpProxy _rabbitMq = null!;

    public ValueTask InitializeAsync()
    {
        var login = new NpgsqlConnectionStringBuilder(TestServers.Postgres);
        (_postgres, _rabbitMq) = (new TcpProxy(new Uri($"tcp://{login.Host}:{login.Port}")), new TcpProxy(TestServers.RabbitMq));
        _postgres.Restore();
        _rabbitMq.Restore();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _rabbitMq.DisposeAsync();
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("rabbitmq")]
    public async Task A_job_outlives_a_server_that_is_away(string server)
    {
        await using var stack = await RunningStack.StartBehind(_postgres, _rabbitMq);
        var job = await stack.App().CreateBatchList("biz_outage_15000");
        await job.Stored(pages: 20);

        var way = server == "postgres" ? _postgres : _rabbitMq;
        await way.Cut();
        await Eventually.True(async () => !await stack.Api.IsReady() && !await stack.Running("Ingest")[0].IsReady(), "readiness to say that a server is missing");
        if (server == "postgres") await Eventually.True(stack.MessagesAreDelayed, "messages to take the way through the delay queues", TimeSpan.FromMinutes(1));
        Assert.Equal(3, stack.Running("Api").Count + stack.Running("Fetcher").Count + stack.Running("Ingest").Count);
        way.Restore();

        await Eventually.True(stack.Api.IsReady, "the Api to be ready again", TimeSpan.FromMinutes(2));
        await job.Becomes("completed", TimeSpan.FromMinutes(3));
        await job.IsExact();
    }

    [Theory]
    [InlineData("Fetcher", false)]
    [InlineData("Ingest", false)]
    [InlineData("Ingest", true)]
    public async Task A_broker_that_blocks_its_publishers_fails_no_job(string service, bool isDatabaseAway)
    {
        await using var stack = await RunningStack.StartBehind(_postgres, _rabbitMq, ("Fetcher__PublishTimeout", "00:00:01"), ("Ingest__PublishTimeout", "00:00:01"));
        var job = await stack.App().CreateBatchList("biz_blocked_30000");
        await job.Stored(pages: 20);
        if (isDatabaseAway) await _postgres.Cut();
        _rabbitMq.Hold();
        await Eventually.True(stack.Running(service)[0].HasHandedBack, $"{service} to give up waiting for the broker", TimeSpan.FromMinutes(2));
        _rabbitMq.Release();
        if (isDatabaseAway) _postgres.Restore();

        await Eventually.True(stack.Api.IsReady, "the Api to be ready again", TimeSpan.FromMinutes(2));
        await job.Becomes("completed", TimeSpan.FromMinutes(3));
        await job.IsExact();
        await stack.SagaAgreesWithProgress(); // which finds all queues empty, the error queues too
    }
}
