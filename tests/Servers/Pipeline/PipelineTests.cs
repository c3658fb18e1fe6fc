using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>The core of it on classic queues, and what no kind of queue changes.</summary>
public sealed class PipelineTests : CorePipelineTests
{
    protected override Task<RunningStack> Start(int fetchers = 1, int ingests = 1, params (string Key, string Value)[] settings) =>
        RunningStack.Start(fetchers, ingests, settings);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(2000)]
    public async Task The_end_is_found_whatever_the_size(int members)
    {
        await using var stack = await RunningStack.Start();
        var job = await stack.App().CreateBatchList($"biz_size_{members}");
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task A_job_waits_for_workers_that_have_never_run()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var job = await stack.App().CreateBatchList("biz_patience_1000");
        await job.Becomes("processing");
        await stack.Begin("Fetcher").Ready();
        await stack.Begin("Ingest").Ready();
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task A_job_that_was_inserted_with_SQL_is_run_like_any_other()
    {
        await using var stack = await RunningStack.Start();
        var app = stack.App();
        var connection = await app.Connect("biz_sql_500");
        var audience = await stack.Database.Scalar<Guid>(
            "INSERT INTO audiences (owner_id, connection_id, name) VALUES ($1, $2, 'by SQL') RETURNING id", app.User, connection);
        var id = await stack.Database.Scalar<Guid>(
            "INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id) VALUES ($1, $2, $3) RETURNING id", app.User, audience, connection);
        var job = new TestJob(app, stack, id, audience, "biz_sql_500");
        await job.Becomes("completed");
        await job.IsExact();
    }
}
