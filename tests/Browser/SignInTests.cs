using BatchBus.Tests.Browser.Stack;
using BatchBus.Tests.Servers.Stack;
using static Microsoft.Playwright.Assertions;

namespace BatchBus.Tests.Browser;

[Collection(DashboardFixture.Collection)]
public sealed class SignInTests(DashboardFixture fixture)
{
    [Fact]
    public async Task A_token_behind_the_address_signs_in_and_is_kept_nowhere()
    {
        await using var dashboard = await fixture.Open(fixture.Stack.App());
        Assert.DoesNotContain("access_token", dashboard.Page.Url, StringComparison.Ordinal);
        Assert.Equal("", await dashboard.Page.EvaluateAsync<string>("() => Object.values(localStorage).concat(Object.values(sessionStorage), document.cookie).filter(text => text.includes('eyJ')).join()"));
        await dashboard.Page.GoBackAsync();
        Assert.DoesNotContain("access_token", dashboard.Page.Url, StringComparison.Ordinal);

        await dashboard.Page.GotoAsync("/");
        await dashboard.Page.ReloadAsync();
        await Expect(dashboard.Heading("Sign in to BatchBus")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_token_is_pasted_and_what_is_none_is_refused_beside_the_field()
    {
        await using var dashboard = await fixture.Open();
        await dashboard.Page.GotoAsync("/");
        await dashboard.Field("Access token").FillAsync("my password");
        await dashboard.Button("Sign in").ClickAsync();
        await dashboard.Shows("This is not a token");
        await dashboard.Field("Access token").FillAsync(TestApp.Token(Guid.NewGuid()));
        await dashboard.Button("Sign in").ClickAsync();
        await Expect(dashboard.Heading("Overview")).ToBeVisibleAsync();
        await dashboard.Button("Sign out").ClickAsync();
        await dashboard.Shows("You are signed out.");
    }

    [Fact]
    public async Task A_token_that_the_API_does_not_accept_leads_back_to_the_sign_in_with_the_reason()
    {
        await using var dashboard = await fixture.Open();
        await dashboard.Page.GotoAsync($"/#access_token={TestApp.Token(Guid.NewGuid(), secret: "another secret, of 32 bytes or more!")}");
        await dashboard.Shows("The token is not valid");
        await Expect(dashboard.Heading("Sign in to BatchBus")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_a_sign_in_page_says_went_wrong_is_shown()
    {
        await using var dashboard = await fixture.Open();
        await dashboard.Page.GotoAsync("/#error=access_denied&error_description=Email+link+is+invalid");
        await dashboard.Shows("Email link is invalid");
    }
}
