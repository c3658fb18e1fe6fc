using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Http;

public sealed class JobHistoryTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Every_state_of_a_job_is_told_with_the_moment_in_which_it_began()
    {
        var app = fixture.Stack.App();
        var job = await app.CreateBatchList("biz_history_400000");
        foreach (var (verb, status) in new[] { ("pause", "paused"), ("resume", "processing"), ("cancel", "cancelled"), ("retry", "processing"), ("cancel", "cancelled") })
        {
            if (verb == "pause") await job.Becomes("processing");
            await app.Post($"/api/jobs/{job.Id}/{verb}", new { });
            await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() == status, $"the job to be {status} after {verb}");
        }
        var items = (await TestApp.Json(await app.Get($"/api/jobs/{job.Id}/history")))["items"]!.AsArray();
        Assert.Equal(["pending", "processing", "paused", "pending", "processing", "cancelled", "pending", "processing", "cancelled"], items.Select(item => item!["status"]!.GetValue<string>()));
        var times = items.Select(item => item!["at"]!.GetValue<DateTimeOffset>()).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal((await job.Read())["createdAt"]!.GetValue<DateTimeOffset>(), times[0]);
    }
}
