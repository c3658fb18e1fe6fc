using System.Net;
using System.Text.RegularExpressions;

namespace BatchBus.Tests.Servers.Http;

/// <summary>Every answer tells browsers what not to do with it, whatever it is an answer to.</summary>
public sealed partial class SecurityHeaderTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("/api/jobs", HttpStatusCode.OK)]
    [InlineData("/api/jobs?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/jobs/00000000-0000-0000-0000-000000000001", HttpStatusCode.NotFound)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    public async Task An_answer_is_data_that_no_page_may_frame_and_no_cache_keep(string path, HttpStatusCode status)
    {
        using var answer = await fixture.Stack.App().Get(path);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header(answer, "Content-Security-Policy"));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString().Split(',')[0]);
        Everywhere(answer);
    }

    [Fact]
    public async Task A_refusal_and_a_body_that_cannot_be_read_have_them_too()
    {
        using var http = new HttpClient { BaseAddress = fixture.Stack.Api.Address };
        using var refused = await http.GetAsync(new Uri("/api/jobs", UriKind.Relative), TestContext.Current.CancellationToken);
        using var unreadable = await fixture.Stack.App().Post("/api/batch-lists", "{");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest), (refused.StatusCode, unreadable.StatusCode));
        Everywhere(refused);
        Everywhere(unreadable);
    }

    [Fact]
    public async Task The_page_to_try_the_API_may_run_its_own_scripts_and_ask_this_API_alone()
    {
        using var answer = await fixture.Stack.App().Get("/scalar/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Everywhere(answer);
        var policy = Header(answer, "Content-Security-Policy");
        var nonce = Nonce().Match(policy).Groups[1].Value;
        var scripts = Script().Matches(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.Contains($"nonce=\"{nonce}\"", WebUtility.HtmlDecode(script.Value), StringComparison.Ordinal));
        Assert.Contains("connect-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);

        using var again = await fixture.Stack.App().Get("/scalar/");
        Assert.NotEqual(policy, Header(again, "Content-Security-Policy"));
    }

    [Fact]
    public async Task Scripts_of_that_page_are_served_from_here()
    {
        using var page = await fixture.Stack.App().Get("/scalar/");
        var sources = Source().Matches(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Select(source => source.Groups[1].Value).ToList();
        Assert.NotEmpty(sources);
        foreach (var source in sources)
        {
            using var script = await fixture.Stack.App().Get(new Uri(new Uri(fixture.Stack.Api.Address, "/scalar/"), source).PathAndQuery);
            Assert.Equal(HttpStatusCode.OK, script.StatusCode);
        }
    }

    static void Everywhere(HttpResponseMessage answer)
    {
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"), "HSTS is for https alone.");
        Assert.False(answer.Headers.Contains("Server"));
    }

    static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : "(none)";

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Script();

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"")]
    private static partial Regex Source();
}
