using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Api.Access;

/// <summary>A user may change only so much; nobody else feels it.</summary>
public sealed class WriteLimitTests
{
    readonly string _token = new TestToken().SignedWith();

    static Task<TestApi> Start(int perMinute, int burst) => TestApi.Start(("Auth:JwtSecret", TestApi.JwtSecret),
        ("RateLimit:WritesPerMinute", $"{perMinute}"), ("RateLimit:Burst", $"{burst}"));

    [Fact]
    public async Task A_write_too_many_is_told_when_to_come_again()
    {
        await using var api = await Start(perMinute: 1, burst: 3);
        for (var i = 0; i < 3; i++) await Is(HttpStatusCode.OK, api.Write(_token));

        using var refused = await api.Write(_token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter?.Delta ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Send the request again in", JsonNode.Parse(await TestApi.Body(refused))!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_used_up_comes_back_with_time()
    {
        await using var api = await Start(perMinute: 600, burst: 1);
        for (var i = 0; i < 5; i++)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
            while (await Status(api.Write(_token)) is var status && status != HttpStatusCode.OK)
            {
                Assert.Equal(HttpStatusCode.TooManyRequests, status);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }
    }

    [Fact]
    public async Task Other_users_and_reads_go_on()
    {
        await using var api = await Start(perMinute: 1, burst: 1);
        await Is(HttpStatusCode.OK, api.Write(_token));
        await Is(HttpStatusCode.TooManyRequests, api.Write(_token));
        await Is(HttpStatusCode.OK, api.Who(_token));
        await Is(HttpStatusCode.OK, api.Write(new TestToken().SignedWith()));
    }

    [Fact]
    public async Task Another_token_of_the_same_user_has_no_limit_of_its_own()
    {
        await using var api = await Start(perMinute: 1, burst: 1);
        var user = new TestToken();
        await Is(HttpStatusCode.OK, api.Write(user.SignedWith()));
        await Is(HttpStatusCode.TooManyRequests, api.Write(user.With("exp", TestToken.In(2)).SignedWith()));
    }

    [Fact]
    public async Task The_service_role_has_no_limit()
    {
        await using var api = await Start(perMinute: 1, burst: 1);
        var service = new TestToken().With("role", "service_role").SignedWith();
        for (var i = 0; i < 5; i++) await Is(HttpStatusCode.OK, api.Write(service));
    }

    [Fact]
    public async Task Without_a_token_the_answer_stays_401()
    {
        await using var api = await Start(perMinute: 1, burst: 1);
        for (var i = 0; i < 3; i++) await Is(HttpStatusCode.Unauthorized, api.Write(null));
    }

    [Theory]
    [InlineData(0, 1, "RateLimit__WritesPerMinute must be between")]
    [InlineData(1, 0, "RateLimit__Burst must be between")]
    public async Task A_limit_of_nothing_is_refused_at_the_start(int perMinute, int burst, string says)
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => Start(perMinute, burst));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    static async Task Is(HttpStatusCode status, Task<HttpResponseMessage> request) => Assert.Equal(status, await Status(request));

    static async Task<HttpStatusCode> Status(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        return answer.StatusCode;
    }
}
