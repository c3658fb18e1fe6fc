using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BatchBus.Tests.Browser.Stack;

/// <summary>
/// The dashboard in a window, in the words of who uses it. Whatever the browser complains of meanwhile, an error of a script or something that the
/// Content-Security-Policy has stopped, fails the test at its end.
/// </summary>
public sealed class Dashboard : IAsyncDisposable
{
    // Generous: the machine may be busy with other tests.
    const float Patience = 60_000;

    readonly IBrowserContext _context;
    readonly List<string> _complaints = [];

    Dashboard(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    public static async Task<Dashboard> Of(IBrowserContext context)
    {
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var dashboard = new Dashboard(context, await context.NewPageAsync());
        dashboard.Page.Console += (_, message) =>
        {
            // The browser writes one for each answer that is no success; what the page makes of those is tested by itself.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) dashboard._complaints.Add(message.Text);
        };
        dashboard.Page.PageError += (_, error) => dashboard._complaints.Add(error);
        dashboard.Page.Dialog += (_, dialog) =>
        {
            dashboard._complaints.Add($"A script asked: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        return dashboard;
    }

    /// <summary>Comes by an address with a token, as after a magic link, and is asked.</summary>
    public async Task<Dashboard> ComeWith(string token)
    {
        await Page.GotoAsync($"/#access_token={token}&expires_in=3600&refresh_token=none&token_type=bearer&type=magiclink");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("^Sign in as .+\\?$") })).ToBeVisibleAsync();
        return this;
    }

    public async Task<Dashboard> SignIn(string token)
    {
        await (await ComeWith(token)).Button("Sign in").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
        return this;
    }

    /// <summary>Goes to a page by its address behind the #, as from a bookmark; whoever is signed in stays so.</summary>
    public async Task<Dashboard> GoTo(string path)
    {
        await Page.EvaluateAsync("path => { location.hash = path }", path);
        await Expect(Page.Locator("main")).ToHaveAttributeAsync("data-address", $"#{path}");
        await Expect(Page.Locator(".loading")).ToHaveCountAsync(0);
        return this;
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    /// <summary>The open dialog.</summary>
    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>The state of the job whose page is open.</summary>
    public Task JobIs(string state) => Expect(Page.Locator(".page-head .status")).ToHaveTextAsync(state);

    public Task Shows(string text) => Expect(Page.GetByText(text).Filter(new() { Visible = true }).First).ToBeVisibleAsync();

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_complaints); // where a test has failed for another reason, this is the likelier one
    }
}
