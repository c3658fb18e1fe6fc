namespace BatchBus.Tests.Fast.Simulator;

public sealed class RateLimitTests : IAsyncLifetime
{
    const string Company = "biz_limits_500";

    readonly ManualClock _clock = new();
    SimulatorServer _whop = null!;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start(_clock, "--Simulator:RequestsPerMinute=5");

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Fact]
    public async Task Refusals_come_by_turns_with_and_without_a_header()
    {
        await Admitted(5);
        _clock.Advance(TimeSpan.FromSeconds(47.5));

        var answers = new[] { await _whop.Members(Company), await _whop.Members(Company), await _whop.Members(Company) };

        Assert.All(answers, answer => Assert.Equal(429, (int)answer.Status));
        Assert.All(answers, answer =>
            Assert.Equal("""{"error":{"type":"rate_limit_exceeded","message":"Try again in 13 seconds."}}""", answer.Body));
        Assert.Equal([TimeSpan.FromSeconds(13), null, TimeSpan.FromSeconds(13)], answers.Select(answer => answer.RetryAfter));
    }

    [Fact]
    public async Task The_window_slides_and_refusals_do_not_count()
    {
        await Admitted(2);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Admitted(3);
        Assert.Equal(429, (int)(await _whop.Members(Company)).Status);

        _clock.Advance(TimeSpan.FromSeconds(30));

        await Admitted(2);
        Assert.Equal(429, (int)(await _whop.Members(Company)).Status);
    }

    [Fact]
    public async Task Each_key_and_each_operation_has_a_limit_of_its_own()
    {
        await Admitted(5);

        (await _whop.Members("biz_neighbour_500")).Json();
        (await _whop.Get($"/api/v1/companies/{Company}", $"sim_{Company}")).Json();
        Assert.Equal(429, (int)(await _whop.Members(Company)).Status);
    }

    [Fact]
    public async Task The_limit_can_be_lowered_and_lifted_while_it_runs()
    {
        await Admitted(4);
        await _whop.Put("/_sim/settings", new { requestsPerMinute = 1 });
        Assert.Equal(429, (int)(await _whop.Members(Company)).Status);

        await _whop.Put("/_sim/settings", new { requestsPerMinute = 0 });
        await Admitted(50);
    }

    [Fact]
    public async Task The_log_tells_totals_statuses_and_the_busiest_minute()
    {
        await Admitted(5);
        await _whop.Members(Company);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await Admitted(2);
        await _whop.Get($"/api/v1/members?company_id={Company}");

        const string stranger = """{"key":"(none)","operation":"members","total":1,"byStatus":{"401":1},"maxIn60Seconds":1}""";
        const string own = """{"key":"sim_biz_limits_500","operation":"members","total":8,"byStatus":{"200":7,"429":1},"maxIn60Seconds":6}""";
        Assert.Equal($$"""{"requests":[{{stranger}},{{own}}]}""", (await _whop.Get("/_sim/requests")).Body);

        await _whop.Delete("/_sim/requests");
        Assert.Equal("""{"requests":[]}""", (await _whop.Get("/_sim/requests")).Body);
    }

    async Task Admitted(int requests)
    {
        for (var i = 0; i < requests; i++) (await _whop.Members(Company)).Json();
    }
}
