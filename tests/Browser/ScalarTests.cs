using BatchBus.Tests.Browser.Stack;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BatchBus.Tests.Browser;

/// <summary>The page to try the API, in a real browser under its Content-Security-Policy.</summary>
[Collection(DashboardFixture.Collection)]
public sealed class ScalarTests(DashboardFixture fixture)
{
    [Fact]
    public async Task It_shows_the_operations_and_asks_no_other_host()
    {
        await using var dashboard = await fixture.Open();
        var elsewhere = new List<string>();
        dashboard.Page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != fixture.Stack.Api.Address.Authority) elsewhere.Add(request.Url);
        };
        await dashboard.Page.GotoAsync("/scalar");
        await Expect(dashboard.Page.GetByRole(AriaRole.Heading, new() { Name = "BatchBus" }).First).ToBeVisibleAsync();
        await Expect(dashboard.Page.GetByText("Batch lists").First).ToBeVisibleAsync();
        Assert.Empty(elsewhere);
    }
}
