using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>From the request to the rows, over the real broker and database, through processes that are killed.</summary>
public sealed class PipelineTests
{
    [Fact]
    public async Task A_batch_list_becomes_the_audience_that_the_oracle_expects()
    {
        await using var stack = await RunningStack.Start();
        var job = await stack.App().CreateBatchList("biz_one_5000");
        var done = await job.Becomes("completed");
        await job.IsExact();
        Assert.Equal(50, done["progress"]!["pagesFetched"]!.GetValue<int>());
        Assert.Equal(5000, done["progress"]!["expectedMembers"]!.GetValue<int>());
        Assert.DoesNotContain(stack.Logs, line => line.Contains("sim_biz", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal));
    }

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
    public async Task Two_fetchers_and_two_ingests_share_the_work_of_several_jobs()
    {
        await using var stack = await RunningStack.Start(fetchers: 2, ingests: 2);
        var app = stack.App();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => app.CreateBatchList($"biz_share{i}_6000")));
        foreach (var job in jobs)
        {
            await job.Becomes("completed");
            await job.IsExact();
        }
    }

    [Theory]
    [InlineData("Fetcher")]
    [InlineData("Ingest")]
    [InlineData("Api")]
    public async Task A_service_that_is_killed_in_the_middle_costs_nothing_once_it_is_back(string service)
    {
        await using var stack = await RunningStack.Start(settings: ("Whop__RequestsPerMinute", "3000"));
        var job = await stack.App().CreateBatchList("biz_kill_15000");
        await job.Stored(pages: 15);
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(stack.Running(service).Select(process => process.Kill()));
            await stack.Begin(service).Ready();
            await job.Stored(pages: 45 * (round + 1));
        }
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task Everything_killed_at_once_goes_on_where_it_stood()
    {
        await using var stack = await RunningStack.Start(fetchers: 2, ingests: 2, ("Whop__RequestsPerMinute", "3000"));
        var app = stack.App();
        var jobs = await Task.WhenAll(app.CreateBatchList("biz_alla_8000"), app.CreateBatchList("biz_allb_8000"));
        await jobs[0].Stored(pages: 20);
        string[] services = ["Api", "Fetcher", "Fetcher", "Ingest", "Ingest"];
        await Task.WhenAll(services.Distinct().SelectMany(stack.Running).Select(process => process.Kill()));
        await Task.WhenAll(services.Select(name => stack.Begin(name).Ready()));
        foreach (var job in jobs)
        {
            await job.Becomes("completed");
            await job.IsExact();
        }
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
