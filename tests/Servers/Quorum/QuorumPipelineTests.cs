using BatchBus.Tests.Servers.Pipeline;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Quorum;

/// <summary>The core of the pipeline on quorum queues of a cluster.</summary>
[Collection(QuorumCluster.Collection)]
public sealed class QuorumPipelineTests(QuorumCluster cluster) : CorePipelineTests
{
    protected override Task<RunningStack> Start(int fetchers = 1, int ingests = 1, params (string Key, string Value)[] settings) =>
        cluster.Start(fetchers, ingests, settings: settings);

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
