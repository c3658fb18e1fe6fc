using System.Net;
using BatchBus.Hosting;
using BatchBus.Whop;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Whop;

public sealed class WhopClientTests
{
    const string Page = """{"data":[{"id":"mber_1"}],"page_info":{"end_cursor":"c2","has_next_page":true}}""";

    readonly List<HttpRequestMessage> _sent = [];
    readonly Queue<Func<HttpResponseMessage>> _answers = [];
    readonly WhopRequests _requests = new();

    [Fact]
    public async Task It_asks_for_the_oldest_members_first()
    {
        Answer(200, Page);
        await List("c1");
        Assert.Equal("http://whop.test/api/v1/members?company_id=biz_a&first=100&order=created_at&direction=asc&after=c1", _sent[0].RequestUri!.ToString());
        Assert.Equal("Bearer key", _sent[0].Headers.Authorization!.ToString());
        Assert.Equal("2026-07-20", Assert.Single(_sent[0].Headers.GetValues("Api-Version-Date")));
    }

    [Fact]
    public async Task The_native_version_names_the_company_account_id()
    {
        Answer(200, Page);
        await List(null, ("Whop:ApiVersionDate", "2026-08-21"));
        Assert.Contains("account_id=biz_a", _sent[0].RequestUri!.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, WhopErrorCodes.Unauthorized, true, 1)]
    [InlineData(403, WhopErrorCodes.Forbidden, true, 1)]
    [InlineData(404, WhopErrorCodes.NotFound, true, 1)]
    [InlineData(400, WhopErrorCodes.BadRequest, true, 1)]
    [InlineData(422, WhopErrorCodes.BadRequest, true, 1)]
    [InlineData(429, WhopErrorCodes.RateLimited, false, 1)]
    [InlineData(408, WhopErrorCodes.Unavailable, false, 3)]
    [InlineData(409, WhopErrorCodes.Unavailable, false, 3)]
    [InlineData(500, WhopErrorCodes.Unavailable, false, 3)]
    [InlineData(503, WhopErrorCodes.Unavailable, false, 3)]
    public async Task An_error_has_a_code_and_its_number_of_tries(int status, string code, bool isFinal, int tries)
    {
        for (var i = 0; i < tries; i++) Answer(status, """{"error":{"type":"x","message":"Because."}}""");
        var e = await Assert.ThrowsAsync<WhopException>(() => List(null));
        Assert.Equal((code, isFinal, tries), (e.Code, e.IsFinal, _requests.Made));
        Assert.EndsWith("Whop says: Because.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quick_try_helps()
    {
        Answer(500, "oops");
        Answer(200, Page);
        Assert.Equal("c2", (await List(null)).NextCursor);
        Assert.Equal(2, _requests.Made);
    }

    [Fact]
    public async Task Whop_can_forbid_a_quick_try()
    {
        _answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.InternalServerError) { Headers = { { "x-should-retry", "false" } } });
        await Assert.ThrowsAsync<WhopException>(() => List(null));
        Assert.Equal(1, _requests.Made);
    }

    [Fact]
    public async Task A_wait_that_comes_with_a_server_error_is_the_jobs()
    {
        _answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Headers = { { "Retry-After", "120" } } });
        var e = await Assert.ThrowsAsync<WhopException>(() => List(null));
        Assert.Equal((WhopErrorCodes.Unavailable, false, 1), (e.Code, e.IsFinal, _requests.Made));
        Assert.Equal(TimeSpan.FromSeconds(120), e.RetryAfter);
    }

    [Theory]
    [InlineData(null, "Try again in 99999999999999999 seconds.", null)]
    [InlineData(null, "Try again in \u0662 seconds.", null)] // a digit, but not of ours
    [InlineData("12", null, 12)]
    [InlineData("Mon, 23 Nov 2026 12:00:07 GMT", null, 7)]
    [InlineData(null, "Try again in 12 seconds.", 12)]
    [InlineData(null, "Try again in 1 second.", 1)]
    [InlineData("5", "Try again in 12 seconds.", 5)]
    [InlineData(null, "Slow down.", null)]
    public async Task The_wait_that_Whop_asks_for_is_read(string? header, string? message, int? seconds)
    {
        _answers.Enqueue(() =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests)
            {
                Content = new StringContent($$$"""{"error":{"type":"rate_limit_exceeded","message":"{{{message ?? "-"}}}"}}"""),
            };
            if (header is not null) answer.Headers.Add("Retry-After", header);
            return answer;
        });
        var e = await Assert.ThrowsAsync<WhopException>(() => List(null));
        Assert.Equal(seconds, e.RetryAfter?.TotalSeconds);
        Assert.Equal(1, _requests.RateLimited);
    }

    [Fact]
    public async Task A_cursor_that_does_not_advance_is_an_error()
    {
        Answer(200, Page);
        Assert.Equal(WhopErrorCodes.BadResponse, (await Assert.ThrowsAsync<WhopException>(() => List("c2"))).Code);
    }

    [Theory]
    [InlineData(49, null)]
    [InlineData(50, WhopErrorCodes.EmailsWithheld)]
    public async Task A_page_without_one_email_names_the_missing_scope_unless_it_is_short(int members, string? code)
    {
        const string member = """{"id":"mber_1","user":{"id":"user_1","email":null}}""";
        Answer(200, $$$"""{"data":[{{{string.Join(',', Enumerable.Repeat(member, members))}}}],"page_info":{}}""");
        var e = await Record.ExceptionAsync(() => List(null));
        Assert.Equal(code, (e as WhopException)?.Code);
    }

    [Fact]
    public async Task A_time_out_is_not_a_shutdown()
    {
        for (var i = 0; i < 3; i++) _answers.Enqueue(() => throw new TaskCanceledException("The request was canceled due to HttpClient.Timeout.", new TimeoutException()));
        Assert.Equal(WhopErrorCodes.Unavailable, (await Assert.ThrowsAsync<WhopException>(() => List(null))).Code);
    }

    [Theory]
    [InlineData("""{"data":[],"page_info":{}}""", true)]
    [InlineData("""{"data":[{"id":"mber_1","user":null}],"page_info":{}}""", true)]
    [InlineData("""{"data":[{"id":"mber_1","user":{"id":"u1","email":null}},{"id":"mber_2","user":{"id":"u2","email":"a@b.c"}}],"page_info":{}}""", true)]
    [InlineData("""{"data":[{"id":"mber_1","user":{"id":"u1"},"email":"a@b.c"}],"page_info":{}}""", true)]
    [InlineData("""{"data":[{"id":"mber_1","user":{"id":"u1","email":null}}],"page_info":{}}""", false)]
    [InlineData("""{"data":[{"id":"mber_1","user":null},{"id":"mber_2","user":{"id":"u2"}}],"page_info":{}}""", false)]
    public async Task A_key_that_is_given_no_email_of_any_user_lacks_the_scope(string page, bool isGood)
    {
        Answer(200, page);
        var e = await Record.ExceptionAsync(() => Client().CheckKey("biz_a", "key", TestContext.Current.CancellationToken));
        Assert.Equal(isGood ? null : WhopErrorCodes.EmailsWithheld, (e as WhopException)?.Code);
        if (!isGood) Assert.Contains("member:email:read", e!.Message, StringComparison.Ordinal);
        Assert.Contains("first=20&", _sent[0].RequestUri!.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No such key: a+secret/key!", "a+secret/key!", "No such key: [API key]")]
    [InlineData("Bearer A+SECRET/KEY! and a%2Bsecret%2Fkey%21", "a+secret/key!", "Bearer [API key] and [API key]")]
    public async Task A_key_that_Whop_repeats_is_not_shown(string message, string key, string shown)
    {
        Answer(401, $$$"""{"error":{"message":"{{{message}}}"}}""");
        var e = await Assert.ThrowsAsync<WhopException>(() => Client().CheckKey("biz_a", key, TestContext.Current.CancellationToken));
        Assert.Equal(shown, e.WhopSays);
        Assert.EndsWith(shown, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_not_shown_in_part_where_the_message_is_cut()
    {
        Answer(401, $$$"""{"error":{"message":"{{{new string('x', 290)}}} a-long-secret-key"}}""");
        var e = await Assert.ThrowsAsync<WhopException>(() => Client().CheckKey("biz_a", "a-long-secret-key", TestContext.Current.CancellationToken));
        Assert.DoesNotContain("a-long", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_may_not_read_the_company_has_no_count()
    {
        Answer(403, "{}");
        Assert.Null(await Client().CountMembers("biz_a", "key", _requests, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Whop:BaseUrl", "whop.com", "Whop__BaseUrl")]
    [InlineData("Whop:ApiVersionDate", "newest", "Whop__ApiVersionDate")]
    [InlineData("Whop:PageSize", "101", "Whop__PageSize")]
    [InlineData("Whop:RequestsPerMinute", "0", "Whop__RequestsPerMinute")]
    public void A_wrong_setting_is_said_in_a_sentence(string key, string value, string named)
    {
        var e = Assert.Throws<OptionsValidationException>(() => Client((key, value)));
        Assert.StartsWith(named, StartFailure.Sentence(Assert.Single(e.Failures)), StringComparison.Ordinal);
    }

    Task<WhopPage> List(string? cursor, params (string, string)[] settings) =>
        Client(settings).ListMembers("biz_a", "key", null, cursor, _requests, TestContext.Current.CancellationToken);

    void Answer(int status, string body) => _answers.Enqueue(() => new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) });

    WhopClient Client(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Whop:BaseUrl"] = "http://whop.test/api/v1", ["Whop:QuickRetries"] = "2" };
        foreach (var (key, value) in settings) all[key] = value;
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build())
            .AddSingleton<TimeProvider>(new Noon())
            .AddWhopClient();
        services.AddHttpClient(nameof(WhopClient)).ConfigurePrimaryHttpMessageHandler(() => new Answers(this));
        return services.BuildServiceProvider().GetRequiredService<WhopClient>();
    }

    /// <summary>It is always noon, but timers run: the quick tries wait for them.</summary>
    sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    }

    sealed class Answers(WhopClientTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._sent.Add(request);
            return Task.FromResult(test._answers.Dequeue()());
        }
    }
}
