using BatchBus.Tests.Browser.Stack;
using BatchBus.Tests.Servers;
using BatchBus.Tests.Servers.Stack;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BatchBus.Tests.Browser;

/// <summary>Every page, in light and dark, on a wide screen and on a phone, as axe-core sees it.</summary>
[Collection(DashboardFixture.Collection)]
public sealed class AccessibilityTests(DashboardFixture fixture)
{
    static readonly string[] Pages = ["/", "/jobs", "/jobs?status=completed", "/jobs/{job}", "/audiences", "/audiences/{audience}", "/connections", "/workers", "/queues", "/dead-letters", "/stats", "/nowhere"];

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task No_page_keeps_anybody_out(ColorScheme colours, int width)
    {
        var job = await fixture.Stack.App().CreateBatchList("biz_axe_500");
        await job.Becomes("completed");
        await (await SeededJob.Insert(fixture.Stack.Database, "paused")).Repeat(fixture.Stack.Database, 50); // more than a page of the list
        await using var dashboard = await fixture.OpenAsOperator(colours);
        await dashboard.Page.SetViewportSizeAsync(width, 900);
        foreach (var page in Pages)
        {
            await dashboard.GoTo(page.Replace("{job}", $"{job.Id}", StringComparison.Ordinal).Replace("{audience}", $"{job.AudienceId}", StringComparison.Ordinal));
            await IsAccessible(dashboard, page);
            Assert.False(await dashboard.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"), $"{page} is wider than {width} px.");
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Neither_does_the_sign_in_nor_a_dialog_nor_an_empty_page(ColorScheme colours)
    {
        await using var dashboard = await fixture.Open(colours);
        await dashboard.Page.GotoAsync("/#error=denied");
        await IsAccessible(dashboard, "sign-in");
        await IsAccessible(await dashboard.ComeWith(TestApp.Token(Guid.NewGuid())), "the question");
        await dashboard.SignIn(TestApp.Token(Guid.NewGuid()));
        foreach (var page in new[] { "/", "/jobs", "/audiences", "/connections" }) await IsAccessible(await dashboard.GoTo(page), $"empty {page}");
        await dashboard.Button("Create batch list").First.ClickAsync();
        await dashboard.Button("Connect and go on").ClickAsync();
        await Expect(dashboard.Field("API key")).ToHaveAttributeAsync("aria-invalid", "true");
        await IsAccessible(dashboard, "the dialog with errors");
    }

    [Fact]
    public async Task A_keyboard_is_enough()
    {
        var app = fixture.Stack.App();
        var job = await app.CreateBatchList("biz_keys_100");
        await job.Becomes("completed");
        await using var dashboard = await fixture.Open(app);
        await dashboard.GoTo("/jobs");
        await Expect(dashboard.Heading("Jobs")).ToBeFocusedAsync();
        await dashboard.Page.GetByRole(AriaRole.Link, new() { Name = "biz_keys_100" }).FocusAsync();
        await dashboard.Page.Keyboard.PressAsync("Enter");
        await Expect(dashboard.Heading("biz_keys_100")).ToBeFocusedAsync();

        await dashboard.Button("Create batch list").First.FocusAsync();
        await dashboard.Page.Keyboard.PressAsync("Enter");
        await Expect(dashboard.Field("Name of the list")).ToBeFocusedAsync();
        await dashboard.Page.Keyboard.PressAsync("Escape");
        await Expect(dashboard.Button("Create batch list").First).ToBeFocusedAsync();
    }

    static async Task IsAccessible(Dashboard dashboard, string page)
    {
        var result = await dashboard.Page.RunAxe();
        Assert.True(result.Violations.Length == 0, $"{page}: " + string.Join("; ", result.Violations.SelectMany(violation =>
            violation.Nodes.Select(node => $"{violation.Id}: {node.Html} ({violation.Help})"))));
    }
}
