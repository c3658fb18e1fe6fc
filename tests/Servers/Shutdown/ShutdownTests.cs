using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Shutdown;

/// <summary>A process that is asked to end finishes the work in hand or hands it back, and nobody notices.</summary>
public sealed class ShutdownTests
{
    const int PagesPerSlice = 20;

    [Theory]
    [InlineData("Api")]
    [InlineData("Fetcher")]
    [InlineData("Ingest")]
    public async Task A_service_that_is_asked_to_end_does_so_cleanly_in_the_middle_of_a_job(string service)
    {
        await using var stack = await RunningStack.Start(settings: ("Whop__RequestsPerMinute", "1500"));
        var job = await stack.App().CreateBatchList("biz_term_10000");
        await job.Stored(pages: 15);
        var process = stack.Running(service)[0];
        await process.Terminate();
        await process.Exited(); // within its time limit, or this fails
        Assert.Equal(0, process.ExitCode);
        Assert.DoesNotContain(process.Log, line => line.Contains(" ERROR ", StringComparison.Ordinal) || line.Contains(" FATAL ", StringComparison.Ordinal));

        await stack.Begin(service).Ready();
        await job.Becomes("completed");
        await job.IsExact();
        Assert.InRange(await job.PagesFetchedTwice(100), 0, PagesPerSlice);
    }

    [Fact]
    public async Task A_slice_is_finished_before_its_Fetcher_ends()
    {
        await using var stack = await RunningStack.Start(settings: [("Whop__RequestsPerMinute", "300"), .. RunningStack.Patient]);
        var job = await stack.App().CreateBatchList("biz_finish_4000");
        await job.Stored(pages: 5);
        await stack.Running("Fetcher")[0].Terminate();
        await stack.Running("Fetcher")[0].Exited();
        // Nobody is left to fetch; what the slice had to the end is there.
        await job.Stored(pages: PagesPerSlice);
        await stack.Begin("Fetcher").Ready();
        await job.Becomes("completed");
        await job.IsExact();
        Assert.Equal(0, await job.PagesFetchedTwice(40));
    }

    [Fact]
    public async Task A_rolling_restart_under_load_fetches_at_most_one_slice_per_worker_again()
    {
        await using var stack = await RunningStack.Start(fetchers: 2, ingests: 2, ("Whop__RequestsPerMinute", "600"));
        var app = stack.App();
        string[] companies = ["biz_roll1_12000", "biz_roll2_12000", "biz_roll3_12000", "biz_roll4_12000"];
        var jobs = await Task.WhenAll(companies.Select(company => app.CreateBatchList(company)));
        await jobs[0].Stored(pages: 10);
        foreach (var service in (string[])["Fetcher", "Ingest", "Fetcher", "Ingest"])
        {
            var old = stack.Running(service)[0];
            await stack.Begin(service).Ready();
            await old.Terminate();
            await old.Exited();
            Assert.Equal(0, old.ExitCode);
        }
        foreach (var job in jobs)
        {
            await job.Becomes("completed");
            await job.IsExact();
        }
        var twice = 0L;
        foreach (var job in jobs) twice += await job.PagesFetchedTwice(120);
        Assert.InRange(twice, 0, 2 * PagesPerSlice);
    }
}
