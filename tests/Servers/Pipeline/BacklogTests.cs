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
        await stack.Database.Execute("""
            CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END';
            CREATE TRIGGER slowly AFTER INSERT ON audience_members EXECUTE FUNCTION slowly();
            """);
        var app = stack.App();
        var jobs = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(i => app.CreateBatchList($"biz_backlog{i}_{Pages * 100}")));
        foreach (var job in jobs) await job.Becomes("completed");
        foreach (var job in jobs) await job.IsExact();
        foreach (var job in jobs) Assert.Equal(0, await job.PagesFetchedTwice(Pages));
    }
}
