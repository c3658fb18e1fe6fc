using System.ComponentModel.DataAnnotations;
using System.Globalization;
using BatchBus.Api.Retention;
using BatchBus.Api.Stats;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Api;

public sealed class RetentionOptionsTests
{
    public static TheoryData<object, string> Wrong => new()
    {
        { new RetentionOptions { PageLedger = TimeSpan.FromHours(23) }, "Retention__PageLedger must be between 1 day (1.00:00:00) and 36500 days, or 0 to keep everything." },
        // An Idempotency-Key lives in its job's row, and is to be good for a day.
        { new RetentionOptions { Jobs = TimeSpan.FromHours(23.9) }, "Retention__Jobs must be between 1 day (1.00:00:00) and 36500 days, or 0 to keep everything." },
        { new RetentionOptions { Workers = TimeSpan.FromDays(-1) }, "Retention__Workers must be between 1 day (1.00:00:00) and 36500 days, or 0 to keep everything." },
        { new RetentionOptions { Stats = TimeSpan.FromDays(36_501) }, "Retention__Stats must be between 1 day (1.00:00:00) and 36500 days, or 0 to keep everything." },
        { new RetentionOptions { Inbox = TimeSpan.Zero }, "Retention__Inbox must be between 30 minutes (00:30:00) and 30 days (30.00:00:00)." },
        { new RetentionOptions { Interval = TimeSpan.FromSeconds(59) }, "Retention__Interval must be between 1 minute (00:01:00) and 7 days (7.00:00:00)." },
        { new RetentionOptions { ChunkRows = 0 }, "Retention__ChunkRows must be between 1 and 10000." },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_time_that_is_too_short_or_too_long_is_refused_with_a_sentence(object options, string sentence) =>
        Assert.Equal(sentence, Assert.Single(Check(options)));

    [Fact]
    public void Zero_and_the_defaults_are_accepted()
    {
        Assert.Empty(Check(new RetentionOptions()));
        Assert.Empty(Check(new RetentionOptions { PageLedger = TimeSpan.Zero, Jobs = TimeSpan.Zero, Workers = TimeSpan.Zero, Stats = TimeSpan.Zero }));
    }

    [Theory]
    [InlineData("2.23:59:59", "3", false)]
    [InlineData("3.00:00:00", "3", true)]
    [InlineData("00:00:00", "30", true)]
    public void Jobs_are_kept_as_long_as_they_are_counted_anew(string jobs, string days, bool isAccepted)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Retention:Jobs", jobs), new("Stats:Days", days)]).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(settings).AddStats().AddRetention().BuildServiceProvider();
        var options = services.GetRequiredService<IOptions<RetentionOptions>>();
        if (isAccepted) Assert.Equal(TimeSpan.Parse(jobs, CultureInfo.InvariantCulture), options.Value.Jobs);
        else Assert.Contains("Retention__Jobs must not be shorter than Stats__Days", Assert.Throws<OptionsValidationException>(() => options.Value).Message, StringComparison.Ordinal);
    }

    static List<string> Check(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage!)];
    }
}
