using System.Net.Http.Json;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>A server that goes away for a while costs no job and needs nobody's help. The services stay up, and readiness says what is missing.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    TcpProxy _postgres = null!;
    TcpProxy _rabbitMq = null!;

    public ValueTask InitializeAsync()
    {
        (_postgres, _rabbitMq) = (TcpProxy.ToPostgres(), new TcpProxy(TestServers.RabbitMq));
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
        var job = await stack.App().CreateBatchList("biz_outage_30000");
        await job.Stored(pages: 20);

        var way = server == "postgres" ? _postgres : _rabbitMq;
        await way.Cut();
        await Eventually.True(async () => !await stack.Api.IsReady() && !await stack.Running("Ingest")[0].IsReady(), "readiness to say that a server is missing");
        if (server == "postgres") await Eventually.True(stack.MessagesAreDelayed, "messages to take the way through the delay queues");
        Assert.Equal(3, stack.Running("Api").Count + stack.Running("Fetcher").Count + stack.Running("Ingest").Count);
        way.Restore();

        await Eventually.True(stack.Api.IsReady, "the Api to be ready again");
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task No_command_heaps_up_while_RabbitMQ_is_away()
    {
        await using var stack = await RunningStack.StartBehind(_postgres, _rabbitMq, ("Admission__Tick", "00:00:00.100"), ("Admission__ProposeAgainAfter", "00:00:01"));
        await _rabbitMq.Cut();
        await stack.Api.Says("RabbitMQ does not answer");
        var job = await stack.App().CreateBatchList("biz_unheard_2000");
        // Thirty looks, and time for three proposals.
        await Eventually.True(() => stack.Database.Scalar<bool>($"SELECT now() > created_at + interval '3 s' FROM batch_processing_queue WHERE id = '{job.Id}'"), "admission to have looked");
        Assert.Equal(0, await stack.Database.Scalar<long>("SELECT count(*) FROM outbox"));
        _rabbitMq.Restore();
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task A_slice_that_a_blocked_broker_keeps_from_reporting_goes_back_to_its_queue()
    {
        await using var stack = await Blockable();
        var job = await SliceWaitsForWhop(stack, "biz_block_9000");
        // At once, for a connection that is held is soon a dead one.
        _rabbitMq.Hold();
        await HandsBack(stack, "Fetcher");
        _rabbitMq.Release();
        await EndsWell(stack, job);
    }

    [Fact]
    public async Task Pages_that_can_be_neither_stored_nor_redelivered_go_back_to_their_queue()
    {
        await using var stack = await Blockable();
        var job = await SliceWaitsForWhop(stack, "biz_both_9000");
        await _postgres.Cut();
        await Eventually.True(stack.Running("Ingest")[0].IsBusy, "the rest of the slice to come");
        await Eventually.True(stack.MessagesAreDelayed, "its pages to take the way through the delay queues");
        await Eventually.True(stack.Running("Ingest")[0].IsBusy, "pages to come back from there");
        _rabbitMq.Hold();
        await HandsBack(stack, "Ingest");
        _rabbitMq.Release();
        _postgres.Restore();
        await EndsWell(stack, job);
    }

    Task<RunningStack> Blockable() => RunningStack.StartBehind(_postgres, _rabbitMq,
        ("Fetcher__PublishTimeout", "00:00:01"), ("Ingest__PublishTimeout", "00:00:01"), ("Whop__AttemptTimeout", "00:00:15"));

    /// <summary>Starts a job that is in the middle of a slice until its page 30 is asked for again: Whop gives no answer.</summary>
    static async Task<TestJob> SliceWaitsForWhop(RunningStack stack, string companyId)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var set = await stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind = "no_answer", companyId, fromPage = 30, count = 1 }, cancellation);
        set.EnsureSuccessStatusCode();
        var job = await stack.App().CreateBatchList(companyId);
        await Eventually.True(async () => (await stack.Simulator.GetStringAsync("/_sim/faults", cancellation)).Contains("\"hits\":1", StringComparison.Ordinal), "the slice to wait for Whop");
        return job;
    }

    static Task HandsBack(RunningStack stack, string service) =>
        Eventually.True(stack.Running(service)[0].HasHandedBack, $"{service} to give up waiting for the broker");

    static async Task EndsWell(RunningStack stack, TestJob job)
    {
        await Eventually.True(stack.Api.IsReady, "the Api to be ready again");
        await job.Becomes("completed");
        await job.IsExact();
        await stack.SagaAgreesWithProgress(); // which finds all queues empty, the error queues too
    }
}
