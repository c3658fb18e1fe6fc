using System.Text.RegularExpressions;
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
        await dashboard.ComeWith(TestApp.Token(Guid.NewGuid(), secret: "another secret, of 32 bytes or more!"));
        await dashboard.Button("Sign in").ClickAsync();
        await dashboard.Shows("The token is not valid");
        await Expect(dashboard.Heading("Sign in to BatchBus")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_link_with_a_token_signs_nobody_in_who_does_not_agree()
    {
        var (user, stranger) = (Guid.NewGuid(), Guid.NewGuid());
        await using var dashboard = await (await fixture.Open()).SignIn(TestApp.Token(user));
        await dashboard.Page.EvaluateAsync("token => { location.hash = `access_token=${token}` }", TestApp.Token(stranger));
        await Expect(dashboard.Heading($"Sign in as User …{stranger.ToString()[^8..]}?")).ToBeVisibleAsync();
        Assert.DoesNotContain("access_token", dashboard.Page.Url, StringComparison.Ordinal);
        await dashboard.Button("Cancel").ClickAsync();
        await dashboard.Shows($"User …{user.ToString()[^8..]}"); // who is signed in as before

        await dashboard.Page.EvaluateAsync("token => { location.hash = `access_token=${token}` }", TestApp.Token(stranger));
        await dashboard.Button("Sign in").ClickAsync();
        await dashboard.Shows($"User …{stranger.ToString()[^8..]}");
        await Expect(dashboard.Heading("Overview")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_new_token_of_who_is_signed_in_takes_the_place_of_the_old_one()
    {
        var user = Guid.NewGuid();
        await using var dashboard = await (await fixture.Open()).SignIn(TestApp.Token(user));
        var later = TestApp.Token(user, validFor: TimeSpan.FromHours(2));
        await dashboard.Page.EvaluateAsync("token => { location.hash = `access_token=${token}` }", later);
        await Expect(dashboard.Page).Not.ToHaveURLAsync(new Regex("access_token"));
        var request = await dashboard.Page.RunAndWaitForRequestAsync(() => dashboard.GoTo("/connections"), request => request.Url.Contains("/api/connections", StringComparison.Ordinal));
        Assert.Equal($"Bearer {later}", await request.HeaderValueAsync("Authorization"));
    }

    [Fact]
    public async Task Who_has_no_address_is_named_by_their_id()
    {
        await using var dashboard = await fixture.Open();
        var user = Guid.NewGuid();
        await dashboard.ComeWith(TestApp.Token(user, email: ""));
        await Expect(dashboard.Heading($"Sign in as User …{user.ToString()[^8..]}?")).ToBeVisibleAsync();
        await dashboard.ComeWith(TestApp.Token(user, email: "ada@example.com"));
        await Expect(dashboard.Heading("Sign in as ada@example.com?")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_a_sign_in_page_says_went_wrong_is_shown()
    {
        await using var dashboard = await fixture.Open();
        await dashboard.Page.GotoAsync("/#error=access_denied&error_description=Email+link+is+invalid");
        await dashboard.Shows("Email link is invalid");
    }
}
