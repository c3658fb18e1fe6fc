using BatchBus.Cli.Commands;
using Spectre.Console;

namespace BatchBus.Tests.Fast.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--members 0", "--members must be a whole number from 1 to 1,000,000, not '0'.")]
    [InlineData("--members 1000001", "--members must be a whole number from 1 to 1,000,000, not '1000001'.")]
    [InlineData("--companies many", "--companies must be a whole number from 1 to 1,000, not 'many'.")]
    [InlineData("--fetchers -1", "--fetchers must be a whole number from 1 to 16, not '-1'.")]
    [InlineData("--requests-per-minute 1.5", "--requests-per-minute must be a whole number from 1 to 1,000,000, not '1.5'.")]
    public void A_number_that_does_not_fit_is_refused_with_a_sentence(string line, string sentence)
    {
        var parsed = DemoCommand.Create(AnsiConsole.Console).Parse(line);

        Assert.Equal(sentence, Assert.Single(parsed.Errors).Message);
    }

    [Fact]
    public void The_demo_reads_fifty_thousand_members_unless_told_otherwise()
    {
        var parsed = DemoCommand.Create(AnsiConsole.Console).Parse("");

        Assert.Empty(parsed.Errors);
        Assert.Equal(50_000, parsed.GetValue<int>("--members"));
    }

    [Fact]
    public void A_token_for_no_uuid_is_refused_with_a_sentence()
    {
        var parsed = TokenCommand.Create(AnsiConsole.Console).Parse("--user me");

        Assert.StartsWith("--user must be a uuid", Assert.Single(parsed.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_after_two_dashes_goes_to_the_test_programs()
    {
        var parsed = TestCommand.Create(AnsiConsole.Console).Parse(["--", "-class", "*MigrationTests"]);

        Assert.Empty(parsed.Errors);
        Assert.Equal(["-class", "*MigrationTests"], parsed.GetRequiredValue<string[]>("runner arguments"));
    }
}
