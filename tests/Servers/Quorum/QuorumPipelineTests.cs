using BatchBus.Tests.Servers.Pipeline;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Quorum;

/// <summary>The core of the pipeline on quorum queues, and what only a cluster can show.</summary>
[Collection(QuorumCluster.Collection)]
public sealed class QuorumPipelineTests(QuorumCluster cluster) : CorePipelineTests
{
    protected override Task<RunningStack> Start(int fetchers = 1, int ingests = 1, params (string Key, string Value)[] settings) =>
        cluster.Start(fetchers, ingests, settings: settings);

    [Fact]
    public async Task A_node_that_is_killed_in_the_middle_of_a_job_costs_nothing()
    {
        await using var stack = await Start(settings: ("Whop__RequestsPerMinute", "3000"));
        var job = await stack.App().CreateBatchList("biz_node_15000");
        await job.Stored(pages: 20);
        // The one that keeps the pages, so that every kind of message has to find another way.
        var node = await cluster.LeaderOf(stack.Broker, "member-pages");
        await cluster.Kill(node);
        try
        {
            Assert.Equal("processing", (await job.Read())["status"]!.GetValue<string>());
            await job.Becomes("completed");
            await job.IsExact();
            Assert.Equal(3, stack.Running("Api").Count + stack.Running("Fetcher").Count + stack.Running("Ingest").Count);
        }
        finally
        {
            await cluster.Begin(node);
        }
        await stack.SagaAgreesWithProgress();
    }

    [Fact]
    public async Task Messages_wait_for_PostgreSQL_in_delay_queues_and_come_back()
    {
        await using var postgres = TcpProxy.ToPostgres();
        await using var stack = await cluster.Start(wayToPostgres: postgres, settings: ("Whop__RequestsPerMinute", "3000"));
        var job = await stack.App().CreateBatchList("biz_delayed_30000");
        await job.Stored(pages: 20);
        await postgres.Cut();
        await Eventually.True(stack.MessagesAreDelayed, "messages to take the way through the delay queues");
        postgres.Restore();
        await job.Becomes("completed");
        await job.IsExact();
        await stack.SagaAgreesWithProgress();
    }
}
