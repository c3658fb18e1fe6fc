using BatchBus.Cli.Servers;
using BatchBus.Cli.Stack;

namespace BatchBus.Tests.Servers.Outages;

/// <summary>Whatever happens to RabbitMQ: no job fails, no process ends, readiness says what is missing, every queue gets its consumers back.</summary>
[Collection(PrivateServers.Collection)]
public sealed class RabbitMqOutageTests(PrivateServers servers)
{
    const string RabbitMq = PrivateRabbitMq.ProcessName, Fetcher = "fetcher-1", Ingest = "ingest-1";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_outlives_a_restart_of_RabbitMQ()
    {
        var services = servers.Services;
        var job = await servers.ABegunJob();
        await servers.Stack.Stop(RabbitMq);
        await servers.Stack.Begin(RabbitMq, Cancellation);
        await servers.EndsExactly(job, services);
    }

    [Fact]
    public async Task A_job_outlives_RabbitMQ_being_killed_and_away_for_a_while()
    {
        var services = servers.Services;
        var job = await servers.ABegunJob();
        await servers.Kill(RabbitMq);
        await servers.IsMissing(ServiceNames.Api, "No consumer of this process on batch-jobs");
        await servers.IsMissing(Fetcher, "No consumer of this process on fetch-members (RabbitMQ does not answer at 127.0.0.1:");
        await servers.IsMissing(Ingest, "No consumer of this process on member-pages");
        await servers.Stack.Begin(RabbitMq, Cancellation);
        await servers.EndsExactly(job, services);
    }

    [Fact]
    public async Task A_job_outlives_a_broker_that_blocks_its_publishers()
    {
        var services = servers.Services;
        var job = await servers.ABegunJob();
        await servers.Stack.ControlRabbitMq(Cancellation, "set_vm_memory_high_watermark", "0");
        try
        {
            await servers.IsMissing(Fetcher, "RabbitMQ takes no messages: low on memory");
        }
        finally
        {
            await servers.Stack.ControlRabbitMq(CancellationToken.None, "set_vm_memory_high_watermark", "0.4");
        }
        await servers.EndsExactly(job, services);
    }

    [Theory]
    [InlineData("member-pages")]
    [InlineData("fetch-members")]
    [InlineData("batch-jobs")]
    public async Task A_queue_that_is_deleted_comes_back_with_its_consumer(string queue)
    {
        var services = servers.Services;
        await Broker.Delete(servers.Stack, queue);
        // Begun and stored: the message went through every queue.
        var job = await servers.ABegunJob(2_000);
        await servers.EndsExactly(job, services);
    }
}
