using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>A job that stands still, because something of it was lost or its worker is frozen, goes on by itself to the exact end.</summary>
public sealed class WatchdogTests
{
    static readonly (string, string)[] Impatient =
        [("Admission__StallTimeout", "00:00:02"), ("Fetcher__SliceTime", "00:00:02"), ("Whop__RequestsPerMinute", "3000"), ("Jobs__PagesPerSlice", "10")];

    [Fact]
    public async Task A_slice_that_vanished_is_sent_again()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 1, Impatient);
        var job = await stack.App().CreateBatchList("biz_noslice_3000");
        await stack.Broker.Take("fetch-members");
        await stack.Begin("Fetcher").Ready();
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task Reports_that_vanished_are_made_up_for_and_what_is_stored_is_not_fetched_again()
    {
        await using var stack = await RunningStack.Start(1, 1, Impatient);
        var job = await stack.App().CreateBatchList("biz_noreport_12000");
        await job.Stored(pages: 15); // the first slice has reported
        await stack.Api.Kill();
        await stack.Broker.Holds("batch-jobs", 1);
        await stack.Broker.Purge("batch-jobs");
        await stack.Begin("Api").Ready();
        await job.Becomes("completed");
        await job.IsExact();
        Assert.Equal(0, await job.PagesFetchedTwice(120));
        await stack.SagaAgreesWithProgress();
    }

    [Fact]
    public async Task Pages_that_vanished_are_fetched_again()
    {
        await using var stack = await RunningStack.Start(1, 1, Impatient);
        var job = await stack.App().CreateBatchList("biz_nopages_12000");
        await job.Stored(pages: 5);
        await stack.Running("Ingest")[0].Kill();
        await stack.Broker.Holds("member-pages", 10);
        await stack.Broker.Purge("member-pages");
        await stack.Begin("Ingest").Ready();
        var done = await job.Becomes("completed");
        await job.IsExact();
        Assert.Equal((1, 120), (done["attempt"]!.GetValue<int>(), done["progress"]!["pagesIngested"]!.GetValue<int>()));
        await stack.SagaAgreesWithProgress();
    }

    [Fact]
    public async Task Everything_that_waits_anywhere_may_vanish()
    {
        await using var stack = await RunningStack.Start(1, 1, Impatient);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => stack.App().CreateBatchList($"biz_purge{i}_8000")));
        await jobs[0].Stored(pages: 5);
        for (var round = 0; round < 4; round++)
        {
            foreach (var queue in new[] { "fetch-members", "member-pages", "batch-jobs" }) await stack.Broker.Purge(queue);
            await jobs[1].Stored(pages: 10 * (round + 1));
        }
        foreach (var job in jobs)
        {
            await job.Becomes("completed");
            await job.IsExact();
        }
        await stack.SagaAgreesWithProgress();
    }

    [Theory]
    [InlineData("Fetcher")]
    [InlineData("Ingest")]
    public async Task A_worker_that_is_frozen_in_the_middle_holds_nobody_up_and_does_no_harm_when_it_goes_on(string service)
    {
        await using var stack = await RunningStack.Start(1, 1, Impatient);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => stack.App().CreateBatchList($"biz_freeze{i}_8000")));
        await jobs[0].Stored(pages: 5);
        var frozen = stack.Running(service)[0];
        await frozen.Freeze();
        await stack.Begin(service).Ready();
        foreach (var job in jobs) await job.Becomes("completed");

        await frozen.Thaw();
        await Eventually.True(frozen.IsReady, "the frozen worker to be back");
        await stack.SagaAgreesWithProgress();
        foreach (var job in jobs) await job.IsExact();
    }
}
