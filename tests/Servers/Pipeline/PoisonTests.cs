using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

public sealed class PoisonTests
{
    [Fact]
    public async Task A_slice_that_cannot_be_processed_goes_to_the_error_queue_and_its_job_says_so()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 1, RunningStack.Patient);
        var job = await stack.App().CreateBatchList("biz_poison_1000");
        var slice = await stack.Broker.Take("fetch-members");
        slice["message"]!["requestsPerMinute"] = 0; // no pace can be kept at that
        await stack.Broker.Put("fetch-members", slice.ToJsonString());

        await stack.Begin("Fetcher").Ready();
        var failed = await job.Becomes("failed");
        Assert.Equal("slice_failed", failed["error"]!["code"]!.GetValue<string>());
        Assert.Contains("Slice 1 cannot be processed", failed["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(job.Id, (await stack.Broker.Take("fetch-members_error"))["message"]!["jobId"]!.GetValue<Guid>());

        using var answer = await stack.App(job.Owner).Post($"/api/jobs/{job.Id}/retry", "");
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() != "failed", "the job to start again");
        await job.Becomes("completed");
        await job.IsExact();
    }

    [Fact]
    public async Task A_page_that_cannot_be_stored_fails_its_job_alone_and_its_neighbours_land()
    {
        // Patient, for the watchdog would fetch the bad page again, whole, while no Ingest runs.
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 0, RunningStack.Patient);
        var app = stack.App();
        var bad = await app.CreateBatchList("biz_badpage_1500");
        await stack.Broker.Holds("member-pages", 15);
        var good = await app.CreateBatchList("biz_goodpage_1500");
        await stack.Broker.Holds("member-pages", 30);
        for (var taken = 0; taken < 2; taken++)
        {
            var page = await stack.Broker.Take("member-pages");
            Assert.Equal(bad.Id, page["message"]!["jobId"]!.GetValue<Guid>());
            page["message"]!["members"]!["emails"]!.AsArray().RemoveAt(0);
            await stack.Broker.Put("member-pages", page.ToJsonString());
        }

        await stack.Begin("Ingest").Ready();
        var failed = await bad.Becomes("failed");
        Assert.Equal("page_failed", failed["error"]!["code"]!.GetValue<string>());
        Assert.Matches("^Page [12] cannot be stored .*different lengths: 100, 100, 99, 100", failed["error"]!["message"]!.GetValue<string>());
        await good.Becomes("completed");
        await good.IsExact();
        await Eventually.True(async () => await stack.Database.Scalar<long>("SELECT count(*) FROM batch_processing_pages WHERE job_id = $1", bad.Id) == 13, "the other pages to be stored");
        await stack.Broker.Holds("member-pages_error", 2);
        Assert.Equal(bad.Id, (await stack.Broker.Take("member-pages_error"))["message"]!["jobId"]!.GetValue<Guid>());

        using var answer = await stack.App(bad.Owner).Post($"/api/jobs/{bad.Id}/retry", "");
        await Eventually.True(async () => (await bad.Read())["status"]!.GetValue<string>() != "failed", "the job to start again");
        await bad.Becomes("completed");
        await bad.IsExact();
        await stack.Broker.Purge("member-pages_error");
        await stack.SagaAgreesWithProgress();
    }

    [Fact]
    public async Task A_message_that_is_no_page_goes_to_the_error_queue_and_its_page_is_fetched_again()
    {
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 0, ("Admission__StallTimeout", "00:00:02"), ("Fetcher__SliceTime", "00:00:02"));
        var job = await stack.App().CreateBatchList("biz_nopage_1500");
        await stack.Broker.Holds("member-pages", 15);
        var page = await stack.Broker.Take("member-pages");
        page["message"]!["members"]!["joinedAt"]!.AsArray()[0] = "+275760-09-13T00:00:00Z"; // a date that .NET does not know
        await stack.Broker.Put("member-pages", page.ToJsonString());
        await stack.Broker.Put("member-pages", "{ no message at all");

        await stack.Begin("Ingest").Ready();
        await job.Becomes("completed");
        await job.IsExact();
        await stack.Broker.Holds("member-pages_error", 2);
    }
}
