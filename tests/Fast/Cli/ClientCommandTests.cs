using System.CommandLine;
using BatchBus.Cli;

namespace BatchBus.Tests.Fast.Cli;

/// <summary>The commands that call the Api, as they are parsed.</summary>
public sealed class ClientCommandTests
{
    const string Id = "7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55";

    static readonly string[] Lines =
    [
        "status --watch", "doctor", "connect biz_1 --label x", "connections", $"create {Id} --name x --priority vip --idempotency-key k --watch",
        "jobs --status failed --limit 200 --before x", $"show {Id} -w", $"cancel {Id}", $"pause {Id}", $"resume {Id}", $"retry {Id}", $"priority {Id} low",
        $"export {Id} -o file --raw", "workers", "stats --days 30", "dead-letters list", "dead-letters", "dead-letters replay q --all", "dead-letters discard q --all --yes",
    ];

    public static TheoryData<string> AllLines => [.. Lines];

    [Theory]
    [MemberData(nameof(AllLines))]
    public void Each_takes_an_Api_a_token_in_a_file_and_json(string line) =>
        Assert.Empty(Root().Parse($"{line} --api https://batchbus.example.com/base --token-file token --json").Errors);

    [Theory]
    [InlineData("cancel 7d3f0c5e", "job must be a whole uuid")]
    [InlineData("jobs --status done", "'done'")]
    [InlineData("stats --days 732", "--days must be a whole number from 1 to 731, not '732'.")]
    [InlineData("jobs --api batchbus.example.com", "--api must be an address such as")]
    [InlineData($"priority {Id} urgent", "'urgent'")]
    [InlineData("completion fish", "'fish'")]
    public void What_does_not_fit_is_refused_with_a_sentence(string line, string sentence) =>
        Assert.Contains(Root().Parse(line).Errors, error => error.Message.Contains(sentence, StringComparison.Ordinal));

    [Fact]
    public void No_secret_can_be_given_on_the_command_line()
    {
        var options = All(Root()).SelectMany(command => command.Options).SelectMany(option => option.Aliases.Prepend(option.Name)).ToHashSet();
        Assert.Contains("--token-file", options);
        Assert.Empty(options.Intersect(["--token", "--api-key", "--key", "--master-key", "--password"]));
    }

    [Fact]
    public void Every_command_and_option_says_what_it_is_for() =>
        Assert.All(All(Root()), command =>
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name);
            Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{command.Name} {option.Name}"));
        });

    static Command Root() => CommandTree.Create(PlainConsole.Create().Console);

    static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}
