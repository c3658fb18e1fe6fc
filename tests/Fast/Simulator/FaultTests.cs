using System.Text.Json;

namespace BatchBus.Tests.Fast.Simulator;

public sealed class FaultTests : IAsyncLifetime
{
    const string Company = "biz_faults_1000";

    SimulatorServer _whop = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start("--Simulator:RequestsPerMinute=0");

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Fact]
    public async Task A_fault_hits_as_often_as_asked_from_the_request_asked()
    {
        await Set(new { kind = "error_500", count = 2, fromRequest = 3 });

        Assert.Equal([200, 200, 500, 500, 200], await Statuses(5));
        var fault = (await _whop.Get("/_sim/faults")).Json().GetProperty("faults")[0];
        Assert.Equal((2, 5), (fault.GetProperty("hits").GetInt32(), fault.GetProperty("seen").GetInt32()));
    }

    [Fact]
    public async Task A_fault_can_wait_for_a_page_and_keep_to_a_company()
    {
        await Set(new { kind = "unauthorized", companyId = Company, fromPage = 3 });

        Assert.Equal(3, await PageThatFails(Company));
        Assert.Equal(11, await PageThatFails("biz_neighbour_1000"));
    }

    [Fact]
    public async Task Probability_hits_some_and_spares_some()
    {
        await Set(new { kind = "error_500", probability = 0.5 });

        var statuses = await Statuses(200);

        Assert.InRange(statuses.Count(status => status == 500), 70, 130);
    }

    [Fact]
    public async Task A_fault_can_hit_the_company_instead_of_the_members()
    {
        await Set(new { kind = "forbidden", operation = "companies" });

        Assert.Equal([200], await Statuses(1));
        Assert.Equal(403, (int)(await _whop.Get($"/api/v1/companies/{Company}", $"sim_{Company}")).Status);
    }

    [Fact]
    public async Task A_refusal_can_repeat_the_key()
    {
        await Set(new { kind = "key_echoed" });
        var refused = await _whop.Members(Company);
        Assert.Equal(401, (int)refused.Status);
        Assert.Contains($"No such key: Bearer sim_{Company}", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_fault_can_be_lifted()
    {
        await Set(new { kind = "error_502" });
        await Set(new { kind = "error_503" });

        Assert.Equal(204, (int)(await _whop.Delete("/_sim/faults/1")).Status);

        Assert.Equal([503], await Statuses(1));
        Assert.Equal(404, (int)(await _whop.Delete("/_sim/faults/1")).Status);
    }

    [Fact]
    public async Task Deleted_faults_hit_no_more()
    {
        await Set(new { kind = "error_502" });
        Assert.Equal([502], await Statuses(1));

        await _whop.Delete("/_sim/faults");

        Assert.Equal([200], await Statuses(1));
        Assert.Equal("""{"faults":[]}""", (await _whop.Get("/_sim/faults")).Body);
    }

    [Fact]
    public async Task Rate_limited_has_a_header_or_only_a_message()
    {
        await Set(new { kind = "rate_limited", retryAfterSeconds = 7, count = 1 });
        await Set(new { kind = "rate_limited", retryAfterSeconds = 8, count = 1, messageOnly = true });

        var (first, second) = (await _whop.Members(Company), await _whop.Members(Company));

        Assert.Equal((429, TimeSpan.FromSeconds(7)), ((int)first.Status, first.RetryAfter));
        Assert.Equal((429, null), ((int)second.Status, second.RetryAfter));
        Assert.Contains("Try again in 8 seconds.", second.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cursor_faults_pass_by_a_request_without_cursor()
    {
        await Set(new { kind = "repeated_cursor", count = 1 });
        await Set(new { kind = "bad_request_cursor", count = 1 });
        var cursor = EndCursor((await _whop.Members(Company)).Json());

        var repeated = (await _whop.Members(Company, $"after={Uri.EscapeDataString(cursor!)}")).Json();
        var refused = await _whop.Members(Company, $"after={Uri.EscapeDataString(cursor!)}");

        Assert.Equal(cursor, EndCursor(repeated));
        Assert.True(repeated.GetProperty("page_info").GetProperty("has_next_page").GetBoolean());
        refused.IsBadRequest("after is not a cursor of this list.");
    }

    [Fact]
    public async Task Withdrawn_emails_are_null_on_a_good_page()
    {
        await Set(new { kind = "emails_withdrawn" });

        var recount = Recount.Of(await _whop.ReadAll(Company));
        var native = await _whop.ReadAll(Company, version: SimulatorServer.Newest);

        Assert.Equal(1000, recount.WithoutEmail);
        Assert.All(native, member => Assert.Equal(JsonValueKind.Null, member.GetProperty("email").ValueKind));
    }

    [Fact]
    public async Task Html_and_half_a_json_come_with_status_200()
    {
        await Set(new { kind = "html", count = 1 });
        await Set(new { kind = "truncated_json", count = 1 });

        var (html, half) = (await _whop.Members(Company), await _whop.Members(Company));

        Assert.Equal((200, 200), ((int)html.Status, (int)half.Status));
        Assert.StartsWith("<!DOCTYPE html>", html.Body, StringComparison.Ordinal);
        Assert.StartsWith("""{"data":[""", half.Body, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(half.Body));
    }

    [Fact]
    public async Task A_reset_connection_breaks_in_the_body()
    {
        await Set(new { kind = "connection_reset", count = 1 });
        using var request = Request();

        using var response = await _whop.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);

        Assert.Equal(200, (int)response.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_slow_drip_brings_the_whole_page_in_its_time()
    {
        var whole = await _whop.Members(Company);
        await Set(new { kind = "slow_drip", count = 1, delaySeconds = 0.4 });
        var start = TimeProvider.System.GetTimestamp();

        var dripped = await _whop.Members(Company);

        Assert.Equal(whole.Body, dripped.Body);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0.3, 10);
    }

    [Fact(Timeout = 180_000)]
    public async Task No_answer_is_silent_until_the_client_gives_up()
    {
        await Set(new { kind = "no_answer", count = 1 });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var request = Request();
        var silent = _whop.Http.SendAsync(request, patience.Token);
        await Tells("/_sim/faults", "\"hits\":1");

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => silent);

        Assert.Equal([200], await Statuses(1));
        await Tells("/_sim/requests", "\"499\":1");
    }

    async Task Tells(string path, string what)
    {
        while (!(await _whop.Get(path)).Body.Contains(what, StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }

    async Task Set(object fault) => (await _whop.Post("/_sim/faults", fault)).Json();

    async Task<List<int>> Statuses(int requests)
    {
        var statuses = new List<int>();
        for (var i = 0; i < requests; i++) statuses.Add((int)(await _whop.Members(Company)).Status);
        return statuses;
    }

    /// <returns>11 when none of the ten pages fails.</returns>
    async Task<int> PageThatFails(string company)
    {
        var (number, after) = (0, "");
        while (after is not null)
        {
            number++;
            var answer = await _whop.Members(company, $"first=100{after}");
            if ((int)answer.Status != 200) return number;
            after = EndCursor(answer.Json()) is { } cursor ? $"&after={Uri.EscapeDataString(cursor)}" : null;
        }
        return number + 1;
    }

    static HttpRequestMessage Request() =>
        new(HttpMethod.Get, $"/api/v1/members?company_id={Company}") { Headers = { { "Authorization", $"Bearer sim_{Company}" } } };

    static string? EndCursor(JsonElement page) => page.GetProperty("page_info").GetProperty("end_cursor").GetString();
}
