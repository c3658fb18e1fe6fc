using System.Net;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Audiences;

public sealed class DeletionUnderIngestTests
{
    [Fact]
    public async Task No_row_is_left_of_audiences_that_were_deleted_while_they_were_filled_100_times()
    {
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 2,
            ("Whop__RequestsPerMinute", "6000"), ("Admission__MaxActiveJobsPerOwner", "100"), ("Audiences__DeletionStep", "200"), ("Audiences__DeletionTick", "00:00:00.100"));
        var app = stack.App();
        var kept = await app.CreateBatchList("biz_kept_5000");
        var random = new Random(20261124);
        var rounds = Enumerable.Range(0, 100).Select(i => (Company: $"biz_delete{i}_10000", AfterPages: random.Next(0, 25)));
        var inTheMiddle = 0;

        await Parallel.ForEachAsync(rounds, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (round, _) =>
        {
            var job = await app.CreateBatchList(round.Company);
            await job.Stored(round.AfterPages);
            if ((await job.Read())["status"]!.GetValue<string>() == "processing") Interlocked.Increment(ref inTheMiddle);
            using var answer = await app.Delete($"/api/audiences/{job.AudienceId}");
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        });

        Assert.InRange(inTheMiddle, 50, 100);
        await kept.Becomes("completed");
        await stack.QueuesAreEmpty();
        await AudienceDeletionTests.IsDone(stack);
        await kept.IsExact();
        Assert.Equal(0, await stack.Database.Scalar<long>("SELECT count(*) FROM audience_members WHERE audience_id <> $1", kept.AudienceId));
        Assert.Equal([kept.Id], await stack.Database.Column<Guid>(
            "SELECT id FROM batch_processing_queue UNION SELECT job_id FROM batch_processing_pages UNION SELECT job_id FROM batch_processing_progress"));
    }
}
