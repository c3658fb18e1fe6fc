using BatchBus.Cli.Tests;

namespace BatchBus.Tests.Fast.Cli;

public sealed class TestCountTests : IDisposable
{
    readonly TemporaryInstance _temporary = new();

    string Results => _temporary.Instance.FileNamed("results.xml");

    [Fact]
    public void The_counts_are_those_of_all_assemblies()
    {
        Write("""<assembly passed="40" failed="1" errors="0"/><assembly passed="2" failed="0" errors="0"/>""");

        Assert.Equal(new TestCount(42, 1), TestCount.Of(Results, exitCode: 1));
    }

    [Fact]
    public void An_error_outside_a_test_counts_as_failed()
    {
        Write("""<assembly passed="3" failed="0" errors="2"/>""");

        Assert.Equal(new TestCount(3, 2), TestCount.Of(Results, exitCode: 1));
    }

    [Fact]
    public void A_program_that_crashes_before_it_writes_results_counts_as_failed() =>
        Assert.Equal(new TestCount(0, 1), TestCount.Of(Results, exitCode: 134));

    [Fact]
    public void A_program_that_crashes_while_it_writes_results_counts_as_failed()
    {
        File.WriteAllText(Results, """<assemblies><assembly passed="3" """);

        Assert.Equal(new TestCount(0, 1), TestCount.Of(Results, exitCode: 134));
    }

    [Fact]
    public void A_program_that_crashes_after_its_tests_passed_counts_as_failed()
    {
        Write("""<assembly passed="3" failed="0" errors="0"/>""");

        Assert.Equal(new TestCount(3, 1), TestCount.Of(Results, exitCode: 139));
    }

    [Fact]
    public void The_last_line_names_both_counts() => Assert.Equal("1234 passed, 0 failed", new TestCount(1234, 0).ToString());

    void Write(string assemblies) => File.WriteAllText(Results, $"""<?xml version="1.0"?><assemblies>{assemblies}</assemblies>""");

    public void Dispose() => _temporary.Dispose();
}
