using System.Text.RegularExpressions;
using BatchBus.Cli;

namespace BatchBus.Tests.Fast.Docs;

public sealed partial class FailureTableTests
{
    [Fact]
    public void Every_test_that_the_table_of_failures_names_exists()
    {
        var root = Checkout.Find().Root;
        var named = TestName().Matches(File.ReadAllText(Path.Combine(root, "docs", "failures.md"))).Select(match => match.Groups[1].Value).ToHashSet();
        var tests = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToArray();

        Assert.True(named.Count > 30, $"Only {named.Count} tests were found in the table.");
        Assert.All(named, name => Assert.True(tests.Any(file => file.Contains($" {name}(", StringComparison.Ordinal)), $"There is no test {name}."));
    }

    [GeneratedRegex(@"`([A-Z][A-Za-z]*(?:_\w+){3,})`")]
    private static partial Regex TestName();
}
