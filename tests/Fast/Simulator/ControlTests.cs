using System.Text;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Simulator;

public sealed class ControlTests : IAsyncLifetime
{
    SimulatorServer _whop = null!;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start();

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Fact]
    public async Task It_says_when_it_is_ready() => Assert.Equal("ready", (await _whop.Get("/health/ready")).Body);

    [Fact]
    public async Task Settings_that_are_left_out_stay_as_they_are()
    {
        Assert.Equal("""{"latencyMs":0,"requestsPerMinute":600}""", (await _whop.Get("/_sim/settings")).Body);

        Assert.Equal("""{"latencyMs":5,"requestsPerMinute":600}""", (await _whop.Put("/_sim/settings", new { latencyMs = 5 })).Body);
        Assert.Equal("""{"latencyMs":5,"requestsPerMinute":0}""", (await _whop.Put("/_sim/settings", new { requestsPerMinute = 0 })).Body);
    }

    [Fact]
    public async Task Latency_delays_every_answer()
    {
        await _whop.Put("/_sim/settings", new { latencyMs = 200 });
        var start = TimeProvider.System.GetTimestamp();

        await _whop.Members("biz_slow_10");

        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds, 190, 10_000);
    }

    [Theory]
    [InlineData("""{"latencyMs":-1}""", "latencyMs must be between 0 and 60000.")]
    [InlineData("""{"requestsPerMinute":1000001}""", "requestsPerMinute must be between 0 and 1000000; 0 means no limit.")]
    [InlineData("""{"latenyMs":1}""", "The body is malformed, or has an unknown property or a value of the wrong type, at $.latenyMs.")]
    [InlineData("""{"latencyMs":"slow"}""", "The body is malformed, or has an unknown property or a value of the wrong type, at $.latencyMs.")]
    [InlineData("{", "The body is malformed")]
    [InlineData("null", "The body must be a JSON object.")]
    public async Task Bad_settings_are_refused_with_a_sentence(string body, string sentence) =>
        await Refused(HttpMethod.Put, "/_sim/settings", body, sentence);

    [Theory]
    [InlineData("""{"duplicates":1.5}""", "Each share must be between 0 and 1.")]
    [InlineData("""{"missing":0.0005}""", "Each share must be a multiple of 0.001.")]
    [InlineData("""{"duplicates":0.9,"invalid":0.2}""", "The shares add up to more than 1.")]
    public async Task Bad_shares_are_refused_with_a_sentence(string body, string sentence) =>
        await Refused(HttpMethod.Put, "/_sim/companies/biz_shares_10", body, sentence);

    [Theory]
    [InlineData("")]
    [InlineData("/expected")]
    public async Task A_malformed_company_is_refused_with_a_sentence(string path)
    {
        (await _whop.Get($"/_sim/companies/biz_x{path}")).IsBadRequest("A company's id is biz_");
        await Refused(HttpMethod.Put, "/_sim/companies/biz_x", "{}", "A company's id is biz_");
    }

    [Theory]
    [InlineData("""{"kind":"explosion"}""", "kind must be one of rate_limited,")]
    [InlineData("{}", "kind must be one of rate_limited,")]
    [InlineData("""{"kind":"html","operation":"payments"}""", "operation must be one of members, companies.")]
    [InlineData("""{"kind":"emails_withdrawn","operation":"companies"}""", "emails_withdrawn can only hit the operation members.")]
    [InlineData("""{"kind":"html","companyId":"x"}""", "id is biz_")]
    [InlineData("""{"kind":"html","count":0}""", "count must be at least 1")]
    [InlineData("""{"kind":"html","probability":0}""", "probability must be above 0 and at most 1.")]
    [InlineData("""{"kind":"html","fromPage":0}""", "fromPage must be at least 1.")]
    [InlineData("""{"kind":"html","fromRequest":0}""", "fromRequest must be at least 1.")]
    [InlineData("""{"kind":"rate_limited","retryAfterSeconds":0}""", "retryAfterSeconds must be between 1 and 3600.")]
    [InlineData("""{"kind":"slow_drip","delaySeconds":0}""", "delaySeconds must be above 0 and at most 3600.")]
    public async Task A_bad_fault_is_refused_with_a_sentence(string body, string sentence) =>
        await Refused(HttpMethod.Post, "/_sim/faults", body, sentence);

    [Theory]
    [InlineData("--Simulator:RequestsPerMinute=-1", "Simulator__RequestsPerMinute must be between 0 and 1000000; 0 means no limit.")]
    [InlineData("--Simulator:LatencyMs=60001", "Simulator__LatencyMs must be between 0 and 60000 milliseconds.")]
    public async Task It_does_not_start_with_a_setting_out_of_range(string setting, string sentence)
    {
        var problem = await Assert.ThrowsAsync<OptionsValidationException>(() => SimulatorServer.Start(setting));

        Assert.Contains(sentence, problem.Message, StringComparison.Ordinal);
    }

    async Task Refused(HttpMethod method, string path, string body, string sentence)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _whop.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        new Answer(response.StatusCode, text, null).IsBadRequest(sentence);
    }
}
