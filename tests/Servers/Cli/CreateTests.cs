using System.Text.Json.Nodes;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Cli;

/// <summary>From the API key to the file with the members, by the command alone.</summary>
public sealed class CreateTests(CliFixture cli) : IClassFixture<CliFixture>
{
    const string Company = "biz_cli_1000";

    [Fact]
    public async Task A_company_is_connected_read_followed_and_exported()
    {
        var connected = await cli.RunWith($"sim_{Company}\n", "connect", Company, "--label", "My company", "--json");
        Assert.Equal((0, ""), (connected.ExitCode, connected.Errors));
        Assert.DoesNotContain($"sim_{Company}", connected.Output, StringComparison.Ordinal);
        Assert.Contains(Company, (await cli.Run("connections")).Output, StringComparison.Ordinal);

        var created = await cli.Run("create", $"{connected.Json["id"]}", "--name", "Everybody of mine", "--priority", "vip", "--watch");
        Assert.Equal((0, ""), (created.ExitCode, created.Errors));
        Assert.Contains("Accepted: job ", created.Output, StringComparison.Ordinal);
        Assert.Contains("\nStatus      completed, ", created.Output, StringComparison.Ordinal);
        Assert.Contains("fetched 1,000 = inserted ", created.Output, StringComparison.Ordinal);

        var job = (await cli.Run("jobs", "--status", "completed", "--json")).Json["items"]!.AsArray().Single(j => j!["name"]!.GetValue<string>() == "Everybody of mine")!;
        Assert.Equal("vip", job["priority"]!.GetValue<string>());
        await IsExported(job);
        var watched = await cli.Run("show", $"{job["id"]}", "--watch", "--json");
        Assert.Equal((0, "completed"), (watched.ExitCode, watched.Json["status"]!.GetValue<string>()));
        Assert.Contains("Everybody of mine", (await cli.Run("jobs")).Output, StringComparison.Ordinal);
        await cli.Stack.Database.Execute("UPDATE batch_processing_queue SET traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' WHERE id = $1", Guid.Parse($"{job["id"]}"));
        Assert.Contains("\nTrace       0af7651916cd43dd8448eb211c80319c", (await cli.Run("show", $"{job["id"]}")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_fails_ends_the_command_with_1_and_says_why()
    {
        var job = await new TestApp(cli.Stack, cli.User).CreateBatchList("biz_clifails_100");
        await job.Becomes("completed");
        await cli.Stack.Database.Execute("UPDATE batch_processing_queue SET status = 'failed', error_code = 'whop_forbidden', error_message = 'Add the scope.' WHERE id = $1", job.Id);
        var watched = await cli.Run("show", $"{job.Id}", "--watch");
        Assert.Equal(1, watched.ExitCode);
        Assert.Contains("Error       whop_forbidden: Add the scope.", watched.Output, StringComparison.Ordinal);

        var status = await cli.Run("status");
        Assert.Contains($"Job {job.Id} (biz_clifails_100) failed: whop_forbidden: Add the scope.", status.Output, StringComparison.Ordinal);
        Assert.Equal(0, status.ExitCode); // it is for the job's owner to mend
    }

    [Fact]
    public async Task A_status_without_problems_ends_with_0_and_tells_workers_and_queues()
    {
        CliResult status = null!;
        await Eventually.True(async () =>
        {
            status = await cli.Run("status", "--json");
            return status.Json["snapshot"]!["workers"]!.AsArray().Count >= 2 && status.Json["problems"]!.AsArray().Count == 0;
        }, "both workers to be heard of, and nothing to be wrong", instead: () => status.Output);
        Assert.Equal((0, ""), (status.ExitCode, status.Errors));
        Assert.Contains(status.Json["snapshot"]!["queues"]!["items"]!.AsArray(), queue => queue!["name"]!.GetValue<string>() == "member-pages");
        var text = await cli.Run("status");
        Assert.Equal((0, ""), (text.ExitCode, text.Errors));
        Assert.Contains("\nWorkers\nWORKER", text.Output, StringComparison.Ordinal);
        Assert.Contains("fetcher", (await cli.Run("workers")).Output, StringComparison.Ordinal);
    }

    async Task IsExported(JsonNode job)
    {
        var audience = $"{job["audienceId"]}";
        var lines = (await cli.Run("export", audience)).Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + job["progress"]!["inserted"]!.GetValue<int>(), lines.Length);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv");
        try
        {
            var saved = await cli.Run("export", audience, "--output", path, "--json");
            Assert.Equal((0, new FileInfo(path).Length), (saved.ExitCode, saved.Json["bytes"]!.GetValue<long>()));
            Assert.Equal(lines, (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
