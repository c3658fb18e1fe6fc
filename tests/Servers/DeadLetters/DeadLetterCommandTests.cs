using System.CommandLine;
using System.Text.Json.Nodes;
using BatchBus.Cli;
using BatchBus.Cli.Commands;
using BatchBus.Tests.Servers.Stack;
using Spectre.Console;

namespace BatchBus.Tests.Servers.DeadLetters;

public sealed class DeadLetterCommandTests(DeadLetterFixture fixture) : IClassFixture<DeadLetterFixture>
{
    const string Dead = "member-pages_error", Source = "member-pages";

    [Fact]
    public async Task They_are_listed_replayed_and_discarded()
    {
        Assert.Equal("There are no dead letters.", await Run(""));
        DeadMessage[] messages = [new(), new() { Says = "Two\nlines." }, new() { Exception = DeadMessage.Bug }];
        await fixture.Queues.Add(Dead, messages);

        var list = (await Run("list")).Split('\n');
        Assert.Equal("member-pages_error: 3 messages, the oldest of 2026-11-24 12:00:00 UTC", list[0]);
        Assert.Contains("        1  Npgsql.NpgsqlException: Two lines.", list);
        Assert.Contains($"           jobs {messages[2].Job}", list);
        Assert.Equal(3, JsonNode.Parse(await Run("list --json"))!["items"]!.AsArray().Sum(queue => queue!["count"]!.GetValue<int>()));

        Assert.Equal("Replayed 1 of member-pages_error to member-pages; 2 kept.", await Run($"replay {Dead} --exception NpgsqlException --limit 1"));
        Assert.Equal("Discarded 1 of member-pages_error; 1 kept.", await Run($"discard {Dead} --id {messages[2].Id} --yes"));
        Assert.Equal("Replayed 1 of member-pages_error to member-pages; 0 kept.", await Run($"replay {Dead} --all"));
        Assert.Equal(2, (await fixture.Queues.Drain(Source)).Count);
    }

    [Theory]
    [InlineData($"discard {Dead} --all", "give --yes")]
    [InlineData($"replay {Dead}", "--all, --exception or --id")]
    [InlineData($"discard {Dead} --all --exception X --yes", "in one way")]
    [InlineData("replay nowhere --all", "no queue of dead letters called nowhere; there are batch-jobs_error")]
    public async Task What_is_not_said_clearly_is_not_done(string line, string sentence)
    {
        await fixture.Queues.Add(Dead, new DeadMessage());
        var e = await Assert.ThrowsAnyAsync<CliException>(() => Run(line));
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
        Assert.Single(await fixture.Queues.Drain(Dead));
    }

    [Fact]
    public async Task Another_Api_needs_a_token_of_its_own()
    {
        var parsed = DeadLettersCommand.Create(Console(new StringWriter())).Parse(["--api", "https://batchbus.example.com"]);
        var e = await Assert.ThrowsAsync<CliException>(() => parsed.InvokeAsync(NoHandler, TestContext.Current.CancellationToken));
        Assert.Contains("needs a token of its own", e.Message, StringComparison.Ordinal);
    }

    static InvocationConfiguration NoHandler => new() { EnableDefaultExceptionHandler = false };

    async Task<string> Run(string line)
    {
        await using var output = new StringWriter();
        using var token = new TokenFile(Operator.Token);
        string[] arguments = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--api", fixture.Stack.Api.Address.ToString(), "--token-file", token.Path];
        var parsed = DeadLettersCommand.Create(Console(output)).Parse(arguments);
        Assert.Empty(parsed.Errors);
        Assert.Equal(0, await parsed.InvokeAsync(NoHandler, TestContext.Current.CancellationToken));
        return output.ToString().TrimEnd();
    }

    static IAnsiConsole Console(TextWriter output) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Interactive = InteractionSupport.No });
}
