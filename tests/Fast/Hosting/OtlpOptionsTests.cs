using System.ComponentModel.DataAnnotations;
using BatchBus.Hosting.Tracing;
using Microsoft.Extensions.Configuration;

namespace BatchBus.Tests.Fast.Hosting;

public sealed class OtlpOptionsTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL such as http://localhost:4317.")]
    [InlineData("OTEL_LOGS_EXPORTER", "console", "OTEL_LOGS_EXPORTER must be otlp or none.")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes", "OTEL_TRACES_SAMPLER must be one of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio.")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.5", "OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, with a point.")]
    public void A_wrong_value_is_a_sentence(string name, string value, string sentence)
    {
        var options = Read(("OTEL_TRACES_SAMPLER", "traceidratio"), (name, value));
        Assert.Equal(sentence, Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage);
    }

    [Fact]
    public void Nothing_is_sent_without_an_endpoint_and_everything_with_one_but_what_is_kept_back()
    {
        Assert.False(Read().Sends(OtlpOptions.Traces));
        var some = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317"), ("OTEL_METRICS_EXPORTER", "none"));
        Assert.Equal((true, false, true), (some.Sends(OtlpOptions.Traces), some.Sends(OtlpOptions.Metrics), some.Sends(OtlpOptions.Logs)));
    }

    [Theory]
    [InlineData(null, null, 1)]
    [InlineData("always_off", null, 0)]
    [InlineData("parentbased_traceidratio", "0.25", 0.25)]
    [InlineData("always_on", "0.25", 1)]
    public void The_sampler_says_which_share_is_traced(string? sampler, string? argument, double share) =>
        Assert.Equal(share, Read(("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)).SampledShare);

    static OtlpOptions Read(params (string Key, string? Value)[] settings)
    {
        var configuration = new Dictionary<string, string?>();
        foreach (var (key, value) in settings) configuration[key] = value;
        var options = new OtlpOptions();
        options.Read(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        return options;
    }
}
