using System.Net;
using System.Text.RegularExpressions;

namespace BatchBus.Tests.Servers.Http;

/// <summary>The dashboard's files as they are served. What they do is tested in a browser, by tests/Browser.</summary>
public sealed partial class DashboardFileTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    static readonly string Root = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    [Fact]
    public async Task Every_file_has_the_strict_policy_and_is_asked_for_again_only_when_it_has_changed()
    {
        using var http = new HttpClient { BaseAddress = fixture.Stack.Api.Address };
        var paths = Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".html" or ".js" or ".css" or ".svg")
            .Select(file => $"/{Path.GetRelativePath(Root, file)}").ToList();
        Assert.True(paths.Count > 30);
        foreach (var path in paths.Append("/"))
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));

            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
            using var unchanged = await http.SendAsync(again, TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.NotModified), (path, unchanged.StatusCode));
        }
    }

    [Fact]
    public void No_file_has_what_the_policy_forbids_or_reads_text_as_HTML()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(file => !file.Contains("vendor", StringComparison.Ordinal)))
        {
            var found = Forbidden().Match(File.ReadAllText(file));
            Assert.False(found.Success, $"{Path.GetRelativePath(Root, file)} has {found.Value}");
        }
    }

    [GeneratedRegex("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function|<script>|<style| style=\"| on[a-z]+=\"|https?://(?!www\\.w3\\.org)")]
    private static partial Regex Forbidden();
}
