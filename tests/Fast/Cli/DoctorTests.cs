using BatchBus.Cli.Doctor;
using Microsoft.Extensions.Configuration;

namespace BatchBus.Tests.Fast.Cli;

public sealed class DoctorTests
{
    static readonly Dictionary<string, string?> Right = new()
    {
        ["ConnectionStrings:Postgres"] = "Host=localhost", ["ConnectionStrings:RabbitMq"] = "amqp://localhost", ["Secrets:MasterKey"] = Convert.ToBase64String(new byte[32]),
        ["Auth:JwtSecret"] = "a secret for tests, of 32 bytes or more",
    };

    [Fact]
    public void Settings_that_are_right_are_one_finding() => Assert.Equal(Outcome.Ok, Assert.Single(Check().Findings).Outcome);

    [Theory]
    [InlineData("ConnectionStrings:Postgres", "", "ConnectionStrings__Postgres must be a connection string")]
    [InlineData("ConnectionStrings:RabbitMq", "localhost", "ConnectionStrings__RabbitMq must be an AMQP URI")]
    [InlineData("Secrets:PreviousKeys", "x", "Every key in Secrets__PreviousKeys")]
    [InlineData("Auth:JwtSecret", "short", "Auth__JwtSecret must have at least 32")]
    [InlineData("Auth:JwtSecret", "", "Set either Auth__JwtSecret or Auth__Authority")]
    [InlineData("Whop:BaseUrl", "whop.com", "Whop__BaseUrl must be an absolute")]
    [InlineData("Whop:AttemptTimeout", "01:00:00", "Whop__AttemptTimeout must be between")]
    [InlineData("Whop:QuickRetries", "some", "Whop__QuickRetries")]
    public void A_wrong_setting_is_said_by_its_own_rule(string setting, string value, string sentence)
    {
        var finding = Assert.Single(Check((setting, value)).Findings);
        Assert.Equal(Outcome.Failed, finding.Outcome);
        Assert.Contains(sentence, finding.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, Outcome.Ok, "0.5 s before")]
    [InlineData(-5, Outcome.Warning, "5.0 s behind")]
    [InlineData(-90, Outcome.Failed, "90.0 s behind")]
    public void Clocks_that_differ_are_a_matter_of_degree(double seconds, object outcome, string words)
    {
        var finding = PostgresChecks.Compare(TimeSpan.FromSeconds(seconds));
        Assert.Equal(outcome, finding.Outcome);
        Assert.Contains(words, finding.Sentence, StringComparison.Ordinal);
    }

    static SettingsCheck Check(params (string Key, string? Value)[] changes)
    {
        var settings = new Dictionary<string, string?>(Right);
        foreach (var (key, value) in changes) settings[key] = value;
        return new SettingsCheck(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }
}
