using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Pipeline;

/// <summary>Companies that are read in several windows, because Whop takes long to answer.</summary>
public sealed class WindowTests
{
    const int PerMinute = 1_500;

    [Fact]
    public async Task A_slow_Whop_is_read_in_windows_within_the_keys_limit_and_a_killed_Fetcher_costs_nothing()
    {
        await using var stack = await Slow(fetchers: 0);
        var fetchers = new[] { stack.Begin("Fetcher"), stack.Begin("Fetcher") };
        var job = await stack.App().CreateBatchList("biz_windows_20000");
        await Eventually.True(async () => await Windows(stack, job) > 1, "the job to be divided");
        await job.Stored(pages: 30);
        await Eventually.True(async () => await KillIfBusy(fetchers[0]) || await KillIfBusy(fetchers[1]), "a Fetcher to be in the middle of a slice");
        await job.Becomes("completed");
        await job.IsExact();
        await stack.SagaAgreesWithProgress();
        Assert.InRange(await MostIn60Seconds(stack, "sim_biz_windows_20000"), 1, PerMinute);
        Assert.Equal(0, (await job.Read())["retries"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_job_that_failed_in_its_windows_goes_on_in_each_where_it_stood()
    {
        await using var stack = await Slow();
        const string company = "biz_inwindows_20000";
        await stack.Simulator.PostAsJsonAsync("/_sim/faults", new { kind = "unauthorized", companyId = company, fromPage = 190 }, TestContext.Current.CancellationToken);
        var job = await stack.App().CreateBatchList(company);
        await job.Becomes("failed");
        var stored = (await job.Read())["progress"]!["pagesFetched"]!.GetValue<int>();
        Assert.True(await Windows(stack, job) > 1, "the job was never divided");
        await stack.Simulator.DeleteAsync(new Uri("/_sim/faults", UriKind.Relative), TestContext.Current.CancellationToken);
        using var answer = await stack.App(job.Owner).Post($"/api/jobs/{job.Id}/retry", "");
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() != "failed", "the job to start again");
        await job.Becomes("completed");
        await job.IsExact();
        await stack.SagaAgreesWithProgress();
        Assert.InRange(await job.PagesFetchedTwice(await stack.Database.Scalar<int>("SELECT pages_fetched FROM batch_processing_queue WHERE id = $1", job.Id)), 0, stored / 4);
    }

    [Fact]
    public async Task Who_stays_is_in_the_audience_while_others_join_and_leave()
    {
        await using var stack = await Slow();
        const string company = "biz_movingwindows_15000";
        using var moving = await stack.Simulator.PutAsJsonAsync($"/_sim/companies/{company}/movement",
            new { joiners = 200, leavers = 300, fromPage = 3, perRequest = 5 }, TestContext.Current.CancellationToken);
        moving.EnsureSuccessStatusCode();
        var job = await stack.App().CreateBatchList(company);
        await job.Becomes("completed");
        Assert.True(await Windows(stack, job) > 1, "the job was never divided");

        var (there, leaving) = await stack.Expected(company);
        var rows = await stack.Database.Column<string>("SELECT email FROM audience_members WHERE audience_id = $1", job.AudienceId);
        Assert.Empty(rows.Except(there).Except(leaving));
        Assert.Empty(there.Except(rows));
        await stack.SagaAgreesWithProgress();
    }

    [Fact]
    public async Task With_one_window_allowed_a_slow_Whop_is_read_with_one_cursor()
    {
        await using var stack = await Slow(1, ("Jobs__MaxWindows", "1"));
        var job = await stack.App().CreateBatchList("biz_onewindow_1500");
        await job.Becomes("completed");
        await job.IsExact();
        Assert.Equal(0, await Windows(stack, job));
    }

    static async Task<bool> KillIfBusy(ServiceProcess fetcher)
    {
        if (!await fetcher.IsBusy()) return false;
        await fetcher.Kill();
        return true;
    }

    static async Task<RunningStack> Slow(int fetchers = 1, params (string Key, string Value)[] settings)
    {
        var stack = await RunningStack.Start(fetchers, 1, [("Whop__RequestsPerMinute", $"{PerMinute}"), ("Jobs__MaxWindows", "8"), .. settings]);
        await stack.SetWhop(latencyMs: 150, PerMinute);
        return stack;
    }

    static Task<int> Windows(RunningStack stack, TestJob job) => stack.Database.Scalar<int>("SELECT windows FROM batch_processing_queue WHERE id = $1", job.Id);

    static async Task<int> MostIn60Seconds(RunningStack stack, string key)
    {
        var counts = JsonNode.Parse(await stack.Simulator.GetStringAsync(new Uri("/_sim/requests", UriKind.Relative)))!["requests"]!.AsArray();
        return counts.Single(count => count!["key"]!.GetValue<string>() == key && count["operation"]!.GetValue<string>() == "members")!["maxIn60Seconds"]!.GetValue<int>();
    }
}
