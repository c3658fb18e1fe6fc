using BatchBus.Tests.Browser.Stack;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BatchBus.Tests.Browser;

/// <summary>Two owners side by side, and what comes from outside as text.</summary>
[Collection(DashboardFixture.Collection)]
public sealed class TenancyTests(DashboardFixture fixture)
{
    const string Evil = "<img src=x onerror=alert(1)><script>alert(2)</script>";

    [Fact]
    public async Task Two_owners_side_by_side_never_see_each_others_things()
    {
        var (ann, ben) = (fixture.Stack.App(), fixture.Stack.App());
        var (ofAnn, ofBen) = (await ann.CreateBatchList("biz_ann_400000"), await ben.CreateBatchList("biz_ben_400000"));
        await using var first = await fixture.Open(ann);
        await using var second = await fixture.Open(ben);
        foreach (var page in new[] { "/", "/jobs", "/audiences", "/connections" })
        {
            await SeesOnly(await first.GoTo(page), "biz_ann_400000", "biz_ben_400000");
            await SeesOnly(await second.GoTo(page), "biz_ben_400000", "biz_ann_400000");
        }
        await second.GoTo($"/jobs/{ofAnn.Id}");
        await Expect(second.Heading("This job is not there")).ToBeVisibleAsync();
        await first.GoTo($"/audiences/{ofBen.AudienceId}");
        await Expect(first.Heading("This audience is not there")).ToBeVisibleAsync();
        await ann.Post($"/api/jobs/{ofAnn.Id}/cancel", new { });
        await ben.Post($"/api/jobs/{ofBen.Id}/cancel", new { });
    }

    [Theory]
    [InlineData("/workers")]
    [InlineData("/dead-letters")]
    [InlineData("/stats")]
    public async Task An_owner_is_shown_no_operations(string page)
    {
        await using var dashboard = await fixture.Open(fixture.Stack.App());
        await Expect(dashboard.Page.GetByRole(AriaRole.Link, new() { Name = "Dead letters" })).ToHaveCountAsync(0);
        await dashboard.GoTo(page);
        await dashboard.Shows("only a token with the role service_role may do it");
    }

    [Fact]
    public async Task Text_from_Whop_and_from_users_is_shown_as_text_and_never_run()
    {
        var app = fixture.Stack.App();
        var connection = await TestApp.Json(await app.Post("/api/connections", new { companyId = "biz_evil_100", apiKey = "sim_biz_evil_100", label = Evil }));
        var job = await app.CreateBatchList(connection["id"]!.GetValue<Guid>(), Evil);
        await job.Becomes("completed");
        await fixture.Stack.Database.Execute("UPDATE audience_members SET name = $2, username = $2, status = $2 WHERE audience_id = $1", job.AudienceId, Evil);
        await fixture.Stack.Database.Execute("""INSERT INTO audience_members (audience_id, email, whop_member_id) VALUES ($1, '"<b>bold</b>"@x.example', 'mber_evil')""", job.AudienceId);

        await using var dashboard = await fixture.Open(app);
        foreach (var page in new[] { "/", "/jobs", $"/jobs/{job.Id}", "/audiences", $"/audiences/{job.AudienceId}", "/connections" })
        {
            await dashboard.GoTo(page);
            if (page != "/") await dashboard.Shows(Evil); // the list has ended, so the overview does not name it
            await Expect(dashboard.Page.Locator("main script, main img, main b")).ToHaveCountAsync(0);
        }
        await dashboard.GoTo($"/audiences/{job.AudienceId}");
        await dashboard.Shows("\"<b>bold</b>\"@x.example");
    }

    static async Task SeesOnly(Dashboard dashboard, string own, string other)
    {
        await dashboard.Shows(own);
        Assert.DoesNotContain(other, await dashboard.Page.ContentAsync(), StringComparison.Ordinal);
    }
}
