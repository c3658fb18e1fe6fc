using BatchBus.Tests.Servers.DeadLetters;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Cli;

/// <summary>What an operator looks at, and the verbs, on a stack without workers.</summary>
public sealed class OperatorTests(IdleCliFixture cli) : IClassFixture<IdleCliFixture>
{
    [Theory]
    [InlineData("jobs")]
    [InlineData("connections")]
    [InlineData("workers")]
    [InlineData("stats --days 3")]
    [InlineData("dead-letters")]
    [InlineData("dead-letters list")]
    public async Task What_is_shown_is_json_when_asked_for(string line)
    {
        var result = await cli.Run([.. line.Split(' '), "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.NotNull(result.Json);
        var text = await cli.Run(line.Split(' '));
        Assert.Equal((0, ""), (text.ExitCode, text.Errors));
        Assert.NotEmpty(text.Output.Trim());
        Assert.DoesNotContain('\e', text.Output); // it goes into a pipe
    }

    [Fact]
    public async Task Psql_is_opened_on_the_database_and_ends_the_command_as_it_ends()
    {
        foreach (var (statement, exitCode, output) in ((string, int, string)[])[("SELECT count(*) FROM batch_processing_queue WHERE status = 'none'", 0, "0\n"), ("SELECT nonsense", 1, "")])
        {
            using var psql = CliProcess.Start(new Dictionary<string, string> { ["ConnectionStrings__Postgres"] = cli.Stack.Database.ConnectionString }, "psql", "--", "-Atc", statement);
            var result = await psql.Result();
            Assert.Equal((exitCode, output), (result.ExitCode, result.Output));
        }
    }

    [Fact]
    public async Task Connections_go_on_where_the_last_page_ended()
    {
        foreach (var company in (string[])["biz_clifirst_10", "biz_clisecond_10"]) Assert.Equal(0, (await cli.RunWith($"sim_{company}\n", "connect", company)).ExitCode);
        var newest = await cli.Run("connections", "--limit", "1");
        Assert.Equal((0, ""), (newest.ExitCode, newest.Errors));
        Assert.Contains("biz_clisecond_10", newest.Output, StringComparison.Ordinal);
        var older = await cli.Run("connections", "--limit", "1", "--before", newest.Output[(newest.Output.IndexOf("--before ", StringComparison.Ordinal) + "--before ".Length)..].Trim());
        Assert.Contains("biz_clifirst_10", older.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_is_paused_resumed_made_urgent_cancelled_and_tried_again()
    {
        var job = await new TestApp(cli.Stack, cli.User).CreateBatchList("biz_cliverbs_1000");
        Assert.Equal(0, (await cli.Run("pause", $"{job.Id}")).ExitCode);
        await job.Becomes("paused");
        Assert.Contains("It is so already: paused", (await cli.Run("pause", $"{job.Id}")).Output, StringComparison.Ordinal);
        Assert.Equal("paused", (await cli.Run("priority", $"{job.Id}", "vip", "--json")).Json["status"]!.GetValue<string>());
        await Eventually.True(async () => (await job.Read())["priority"]!.GetValue<string>() == "vip", "the priority to be vip");
        Assert.Contains("Accepted: resume.", (await cli.Run("resume", $"{job.Id}")).Output, StringComparison.Ordinal);
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() is "pending" or "processing", "the job to go on");
        Assert.Equal(0, (await cli.Run("cancel", $"{job.Id}")).ExitCode);
        await job.Becomes("cancelled");

        var refused = await cli.Run("pause", $"{job.Id}", "--json");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("The Api says 409: The job is cancelled; ", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await cli.Run("retry", $"{job.Id}")).ExitCode);
        await Eventually.True(async () => (await job.Read())["status"]!.GetValue<string>() is "pending" or "processing", "the job to be tried again");
        await cli.Run("cancel", $"{job.Id}");
    }

    [Fact]
    public async Task Ctrl_C_ends_what_watches()
    {
        var job = await new TestApp(cli.Stack, cli.User).CreateBatchList("biz_cliwatch_1000");
        foreach (var line in (string[][])[["show", $"{job.Id}", "--watch"], ["status", "--watch", "--json"]])
        {
            using var watch = cli.Start(line);
            await watch.HasSaid();
            await watch.PressControlC();
            var result = await watch.Result();
            Assert.Equal((130, "Interrupted.\n"), (result.ExitCode, result.Errors));
        }
        await cli.Run("cancel", $"{job.Id}");
    }

    [Fact]
    public async Task Dead_letters_are_the_first_thing_that_status_says()
    {
        await using var queues = await DeadLetters.BrokerQueues.Open(cli.Stack.Broker.Uri);
        await queues.Add("member-pages_error", new DeadMessage(), new DeadMessage());
        CliResult status = null!;
        const string Sentence = "\n2 dead letters in member-pages_error: ./batchbus dead-letters says what of.";
        await Eventually.True(async () => (status = await cli.Run("status")).Output.Contains(Sentence, StringComparison.Ordinal), "status to see them");
        Assert.Equal(1, status.ExitCode);
        Assert.StartsWith("Problems\n", status.Output, StringComparison.Ordinal);
        await queues.Drain("member-pages_error");
    }
}
