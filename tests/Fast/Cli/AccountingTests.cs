using BatchBus.Cli.Client;

namespace BatchBus.Tests.Fast.Cli;

public sealed class AccountingTests
{
    static readonly Accounting Right = new(Fetched: 50_000, Inserted: 46_750, Duplicates: 1_500, Invalid: 500, WithoutEmail: 1_250);

    [Fact]
    public void It_reads_as_an_equation() =>
        Assert.Equal("fetched 50,000 = inserted 46,750 + duplicates 1,500 + invalid 500 + without e-mail 1,250", Right.ToString());

    [Fact]
    public void A_member_that_is_nowhere_is_noticed()
    {
        Assert.True(Right.AddsUp);
        Assert.False((Right with { Duplicates = 1_499 }).AddsUp);
    }

    [Fact]
    public void The_sum_of_several_adds_up() => Assert.True((Right + Right).AddsUp);
}
