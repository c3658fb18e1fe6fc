using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>More jobs than Ingest keeps up with.</summary>
public sealed class BacklogTests
{
    const int Jobs = 12, Pages = 40;

    [Fact]
    public async Task Jobs_whose_pages_wait_longer_than_the_stall_time_are_not_driven_on()
    {
        // Each of twelve jobs has its turn for one slice and waits for the others': twenty pages are stored in a second here, and the next ones of a job after eleven. The watchdog used to
        // have them fetched again, which made the queue longer still.
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 1, ("Admission__StallTimeout", "00:00:02"), ("Fetcher__SliceTime", "00:00:04"),
            ("Fetcher__ConcurrentSlices", "1"), ("Whop__RequestsPerMinute", "60000"), ("Ingest__PagesPerBatch", "1"), ("Ingest__ConcurrentBatches", "1"), ("Admission__MaxActiveJobsPerOwner", "100"));
        await StorePagesIn(stack, "0.05");
        var app = stack.App();
        var jobs = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(i => app.CreateBatchList($"biz_backlog{i}_{Pages * 100}")));
        foreach (var job in jobs) await job.Becomes("completed");
        foreach (var job in jobs) await job.IsExact();
        foreach (var job in jobs) Assert.Equal(0, await job.PagesFetchedTwice(Pages));
    }

    [Fact]
    public async Task A_slice_that_waits_for_a_Fetcher_nearly_as_long_as_it_lives_is_read_once()
    {
        // A slice may wait for nine seconds and takes eight, and twenty pages are stored in eleven. So the second job's is under way when it could not wait any more, and no page of it is stored
        // yet: the watchdog used to give it up.
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 1, ("Admission__StallTimeout", "00:00:01"), ("Fetcher__SliceTime", "00:00:08"),
            ("Fetcher__ConcurrentSlices", "1"), ("Whop__RequestsPerMinute", "60000"), ("Jobs__MaxWindows", "1"), ("Ingest__PagesPerBatch", "1"), ("Ingest__ConcurrentBatches", "1"));
        await StorePagesIn(stack, "0.55");
        await stack.SetWhop(latencyMs: 380);
        var app = stack.App();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => app.CreateBatchList($"biz_late{i}_2000")));
        foreach (var job in jobs) await job.Becomes("completed");
        foreach (var job in jobs) await job.IsExact();
        foreach (var job in jobs) Assert.Equal(0, await job.PagesFetchedTwice(20));
    }

    static async Task StorePagesIn(RunningStack stack, string seconds) => await stack.Database.Execute($"""
        CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END';
        CREATE TRIGGER slowly AFTER INSERT ON audience_members EXECUTE FUNCTION slowly();
        """);
}
