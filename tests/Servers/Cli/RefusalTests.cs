using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Cli;

/// <summary>What cannot be done is said in a sentence on the error output, with the exit code that docs/cli.md promises.</summary>
public sealed class RefusalTests(IdleCliFixture cli) : IClassFixture<IdleCliFixture>
{
    const string Nobody = "00000000-0000-4000-8000-0000000000ff";

    [Theory]
    [InlineData($"show {Nobody}", 1, "The Api says 404: There is no such job, or it is not yours.")]
    [InlineData($"show {Nobody} --watch", 1, "The Api says 404: There is no such job, or it is not yours.")]
    [InlineData($"create {Nobody}", 1, "The Api says 404: There is no such connection, or it is not yours.")]
    [InlineData($"export {Nobody}", 1, "The Api says 404: There is no such audience, or it is not yours.")]
    [InlineData("jobs --before nonsense", 1, "The Api says 400: ")]
    [InlineData("show 123", 2, "job must be a whole uuid")]
    [InlineData($"priority {Nobody} urgent", 2, "urgent")]
    [InlineData("jobs --limit 0", 2, "--limit must be a whole number from 1 to 200, not '0'.")]
    [InlineData("jobs --token abc", 2, "--token")]
    [InlineData($"export {Nobody} --json", 2, "give --output")]
    [InlineData("dead-letters replay member-pages_error", 2, "--all, --exception or --id")]
    [InlineData("connect biz_1", 2, "There is no API key in the input")]
    [InlineData("jobs --api http://127.0.0.1:1", 3, "The Api at http://127.0.0.1:1/ cannot be reached: ")]
    [InlineData("jobs --token-file /nowhere", 1, "--token-file cannot be read")]
    public async Task It_says_what_is_wrong(string line, int exitCode, string sentence)
    {
        var result = await cli.Run(line.Split(' '));
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Contains(sentence, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_Whop_refuses_is_not_stored()
    {
        var result = await cli.RunWith("sim_biz_other_5\n", "connect", "biz_clirefused_5");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("The Api says 422: ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_not_believed_is_said_so()
    {
        var result = await As(TestApp.Token(cli.User, secret: "another secret, of 32 bytes or more"));
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("The Api says 401: The token is not valid", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_sees_his_jobs_and_is_told_that_the_rest_is_for_operators()
    {
        var result = await As(TestApp.Token(Guid.NewGuid()), "status");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("0 pending, 0 processing, 0 paused", result.Output, StringComparison.Ordinal);
        Assert.Contains("role service_role", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Api_that_is_away_is_a_problem_of_the_status()
    {
        var result = await cli.Run("status", "--json", "--api", "http://127.0.0.1:1");
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("The Api at http://127.0.0.1:1/ cannot be reached", result.Json["problems"]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    async Task<CliResult> As(string token, string command = "jobs")
    {
        using var file = new TokenFile(token);
        using var process = CliProcess.Start(new Dictionary<string, string> { ["BATCHBUS_API"] = cli.Stack.Api.Address.ToString() }, command, "--token-file", file.Path);
        return await process.Result();
    }
}
