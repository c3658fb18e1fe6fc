using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>
/// From the request to the rows, over the real broker and database, through processes that are killed: what must hold on every kind of broker.
/// </summary>
public abstract class CorePipelineTests
{
    protected abstract Task<RunningStack> Start(int fetchers = 1, int ingests = 1, params (string Key, string Value)[] settings);

    [Fact]
    public async Task A_batch_list_becomes_the_audience_that_the_oracle_expects()
    {
        await using var stack = await Start();
        var job = await stack.App().CreateBatchList("biz_one_5000");
        var done = await job.Becomes("completed");
        await job.IsExact();
        Assert.Equal(50, done["progress"]!["pagesFetched"]!.GetValue<int>());
        Assert.Equal(5000, done["progress"]!["expectedMembers"]!.GetValue<int>());
        Assert.DoesNotContain(stack.Logs, line => line.Contains("sim_biz", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_fetchers_and_two_ingests_share_the_work_of_several_jobs()
    {
        await using var stack = await Start(fetchers: 2, ingests: 2);
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
        await using var stack = await Start(settings: ("Whop__RequestsPerMinute", "3000"));
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
        await using var stack = await Start(fetchers: 2, ingests: 2, ("Whop__RequestsPerMinute", "3000"));
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
}
