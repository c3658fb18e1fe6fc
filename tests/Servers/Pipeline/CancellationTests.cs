using System.Net;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

public sealed class CancellationTests
{
    [Fact]
    public async Task After_cancelled_no_row_is_written_200_times()
    {
        await using var stack = await RunningStack.Start(fetchers: 1, ingests: 2, ("Whop__RequestsPerMinute", "6000"), ("Admission__MaxActiveJobsPerOwner", "100"));
        var app = stack.App();
        var random = new Random(20261123);
        var rounds = Enumerable.Range(0, 200).Select(i => (Company: $"biz_cancel{i}_10000", AfterPages: random.Next(0, 25)));
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<Guid, long>();

        await Parallel.ForEachAsync(rounds, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (round, _) =>
        {
            var job = await app.CreateBatchList(round.Company);
            await job.Stored(round.AfterPages);
            using var answer = await app.Post($"/api/jobs/{job.Id}/cancel", "");
            if (answer.StatusCode == HttpStatusCode.Conflict) return; // it was quicker
            await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() is "cancelled" or "completed", "the job to end");
            if ((await job.Read())["status"]!.GetValue<string>() == "cancelled") seen[job.AudienceId] = await Rows(stack, job.AudienceId);
        });

        Assert.InRange(seen.Count, 100, 200);
        Assert.Contains(seen.Values, rows => rows is > 0 and < 9_000); // in the middle of it
        await stack.SagaAgreesWithProgress();
        foreach (var (audience, rows) in seen) Assert.Equal(rows, await Rows(stack, audience));
    }

    static Task<long> Rows(RunningStack stack, Guid audience) =>
        stack.Database.Scalar<long>("SELECT count(*) FROM audience_members WHERE audience_id = $1", audience);
}
