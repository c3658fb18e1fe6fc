using System.Diagnostics;
using System.Globalization;
using System.Net;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Events;

/// <summary>How streams live, what they cost, and how they end with their process.</summary>
public sealed class StreamLifeTests
{
    [Fact]
    public async Task A_process_that_is_told_to_stop_ends_its_streams_properly()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var app = stack.App();
        var job = await SeededJob.Insert(stack.Database, "paused", app.User);
        await using var one = await EventReader.Open(stack, $"/api/jobs/{job.JobId}/events", app.User);
        await using var all = await EventReader.Open(stack, "/api/events", app.User);
        await one.Next();
        await all.Next();

        using var kill = Process.Start("kill", ["-TERM", stack.Api.Id.ToString(CultureInfo.InvariantCulture)]);
        // Streams that held the process up would be cut off at its limit of 30 s, which throws here.
        Assert.Null(await one.Next());
        Assert.Null(await all.Next());
        await stack.Api.Exited();
        Assert.Equal(0, stack.Api.ExitCode);
    }

    [Fact]
    public async Task A_job_is_followed_through_the_death_of_its_Api()
    {
        await using var stack = await RunningStack.Start(settings: ("Whop__RequestsPerMinute", "3000"));
        var app = stack.App();
        var job = await app.CreateBatchList("biz_death_60000");
        var events = new List<Received>();
        await using (var reader = await EventReader.Open(stack, $"/api/jobs/{job.Id}/events", app.User))
        {
            while (events is not [.., { Pages: > 20 }]) events.Add((await reader.Next())!);
            await stack.Api.Kill();
            await Assert.ThrowsAnyAsync<IOException>(reader.ToEnd);
        }
        await stack.Begin("Api").Ready();
        await using var again = await EventReader.Open(stack, $"/api/jobs/{job.Id}/events", app.User, events[^1].Id);
        events.AddRange(await again.ToEnd());
        JobEventsTests.NeverBackwards(events);
        Assert.Equal("completed", events[^1].Status);
    }

    [Fact]
    public async Task More_streams_than_allowed_are_refused_until_one_is_closed()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("Events__MaxStreamsPerUser", "2"), ("Events__Heartbeat", "00:00:00.200"));
        var app = stack.App();
        await using var first = await EventReader.Open(stack, "/api/events", app.User);
        await using (var second = await EventReader.Open(stack, "/api/events", app.User))
        {
            await using var third = await EventReader.Open(stack, "/api/events", app.User);
            Assert.Equal(HttpStatusCode.TooManyRequests, third.Answer.StatusCode);
            Assert.Contains("You have 2 streams of events open", await third.Answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            await using var other = await EventReader.Open(stack, "/api/events", Guid.NewGuid());
            Assert.Equal(HttpStatusCode.OK, other.Answer.StatusCode);
        }
        await Eventually.True(async () =>
        {
            await using var fourth = await EventReader.Open(stack, "/api/events", app.User);
            return fourth.Answer.StatusCode == HttpStatusCode.OK;
        }, "the place of the closed stream");
    }

    [Fact]
    public async Task A_quiet_stream_sends_comments()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("Events__Heartbeat", "00:00:00.200"));
        await using var reader = await EventReader.Open(stack, "/api/events", Guid.NewGuid());
        using var lines = new StreamReader(await reader.Answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var read = new List<string?>();
        for (var i = 0; i < 6; i++) read.Add(await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["retry: 2000", "", ": still here", "", ": still here", ""], read);
    }

    [Fact]
    public async Task A_stream_goes_on_when_the_database_is_back()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0);
        var app = stack.App();
        var job = await SeededJob.Insert(stack.Database, "paused", app.User);
        await using var reader = await EventReader.Open(stack, "/api/events", app.User);
        await reader.Next();
        await stack.Database.Execute("UPDATE batch_processing_queue SET attempt = 2 WHERE id = $1", job.JobId);
        Assert.Equal(2, (await reader.Next())!.Data["attempt"]!.GetValue<int>());
        await stack.Database.Execute("REVOKE SELECT ON batch_processing_progress FROM batchbus_api");
        await Eventually.True(() => Task.FromResult(stack.Api.Log.Any(line => line.Contains("Telling streams of events waits for PostgreSQL", StringComparison.Ordinal))), "the watcher to notice");
        await stack.Database.Execute("UPDATE batch_processing_queue SET attempt = 3 WHERE id = $1", job.JobId);
        await stack.Database.Execute("GRANT SELECT ON batch_processing_progress TO batchbus_api");
        Assert.Equal(3, (await reader.Next())!.Data["attempt"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_place_in_the_queue_is_told_when_it_moves()
    {
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("Admission__MaxActiveJobs", "1"), ("Admission__MaxActiveJobsPerOwner", "1"));
        var app = stack.App();
        await (await app.CreateBatchList("biz_slot_100")).Becomes("processing");
        var before = await stack.App().CreateBatchList("biz_before_100");
        var job = await stack.App().CreateBatchList("biz_behind_100");
        await using var reader = await EventReader.Open(stack, $"/api/jobs/{job.Id}/events", job.Owner);
        Assert.Equal(2, (await reader.Next())!.Data["queuePosition"]!.GetValue<int>());
        await stack.App(before.Owner).Post($"/api/jobs/{before.Id}/pause", "");
        Assert.Equal(1, (await reader.Next())!.Data["queuePosition"]!.GetValue<int>());
    }

    [Fact]
    public async Task Many_idle_streams_cost_less_than_a_query_each_and_second()
    {
        const int Streams = 60;
        await using var stack = await RunningStack.Start(fetchers: 0, ingests: 0, ("Events__MaxStreamsPerUser", "61"), ("Events__Heartbeat", "00:00:01"));
        var app = stack.App();
        var job = await SeededJob.Insert(stack.Database, "paused", app.User);
        var readers = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => EventReader.Open(stack, $"/api/jobs/{job.JobId}/events", app.User)));
        try
        {
            foreach (var reader in readers) Assert.Equal("paused", (await reader.Next())!.Status);
            await using var another = await EventReader.Open(stack, "/api/events", app.User);
            using var lines = new StreamReader(await another.Answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            await Heartbeat(lines);
            var before = await Transactions(stack);
            for (var seconds = 0; seconds < 6; seconds++) await Heartbeat(lines);
            var after = await Transactions(stack);
            Assert.InRange((after.Count - before.Count) / (after.At - before.At), 0, Streams / 2);
        }
        finally
        {
            foreach (var reader in readers) await reader.DisposeAsync();
        }
    }

    static async Task Heartbeat(StreamReader lines)
    {
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is not ": still here") { }
    }

    static async Task<(long Count, double At)> Transactions(RunningStack stack) => (
        await stack.Database.Scalar<long>("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
        await stack.Database.Scalar<double>("SELECT extract(epoch FROM clock_timestamp())::float8"));
}
