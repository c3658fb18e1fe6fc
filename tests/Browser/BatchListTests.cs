using System.Globalization;
using System.Text.RegularExpressions;
using BatchBus.Tests.Browser.Stack;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BatchBus.Tests.Browser;

/// <summary>From the first click to the file.</summary>
[Collection(DashboardFixture.Collection)]
public sealed class BatchListTests(DashboardFixture fixture)
{
    readonly TestApp _app = fixture.Stack.App();

    [Fact]
    public async Task A_list_created_by_clicking_fills_before_ones_eyes_and_is_downloaded()
    {
        await using var dashboard = await fixture.Open(_app);
        await Create(dashboard, "biz_clicked_30000", "Everybody");
        await BarMovesToTheEnd(dashboard.Page.GetByRole(AriaRole.Progressbar));
        await dashboard.JobIs("Completed");
        await dashboard.Shows("30,000 fetched = 28,050 inserted + 900 duplicates + 300 invalid + 750 without e-mail");

        await dashboard.Page.GetByRole(AriaRole.Link, new() { Name = "Audience", Exact = true }).ClickAsync();
        await Expect(dashboard.Page.Locator("table.members tbody tr")).ToHaveCountAsync(100);
        var download = await dashboard.Page.RunAndWaitForDownloadAsync(() => dashboard.Button("Download CSV").ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(("Everybody members.csv", 28_051), (download.SuggestedFilename, lines.Length));
        Assert.StartsWith("email,", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_form_stands_beside_its_fields()
    {
        await using var dashboard = await fixture.Open(_app);
        await dashboard.Button("Create batch list").First.ClickAsync();
        await dashboard.Field("Company id").FillAsync("acme");
        await dashboard.Button("Connect and go on").ClickAsync();
        await Expect(dashboard.Field("Company id")).ToHaveAccessibleDescriptionAsync(new Regex("begins with biz_; copy it"));
        await Expect(dashboard.Field("API key")).ToHaveAccessibleDescriptionAsync(new Regex("Give apiKey"));
        await Expect(dashboard.Field("Company id")).ToBeFocusedAsync();

        await dashboard.Field("Company id").FillAsync("biz_wrong_10");
        await dashboard.Field("API key").FillAsync("sim_biz_other_10");
        await dashboard.Button("Connect and go on").ClickAsync();
        await Expect(dashboard.Field("Company id")).Not.ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(dashboard.Field("API key")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task A_job_is_paused_resumed_cancelled_and_retried_by_its_buttons()
    {
        await using var dashboard = await fixture.Open(_app);
        var job = await _app.CreateBatchList("biz_buttons_200000");
        await dashboard.GoTo($"/jobs/{job.Id}");
        await dashboard.JobIs("Running");
        await Press("Pause");
        await dashboard.JobIs("Paused");
        await Expect(dashboard.Button("Resume: biz_buttons_200000")).ToBeFocusedAsync(); // who goes on by keyboard is not thrown out
        await Press("Resume");
        await dashboard.JobIs("Running");
        await Press("Cancel");
        await dashboard.Button("Cancel the list").ClickAsync();
        await dashboard.JobIs("Cancelled");
        await Press("Retry");
        await dashboard.JobIs("Running");
        Assert.Equal(2, (await job.Read())["attempt"]!.GetValue<int>());
        await _app.Post($"/api/jobs/{job.Id}/cancel", new { });
        await dashboard.JobIs("Cancelled"); // the stream tells what others do, too

        async Task Press(string verb) => await dashboard.Button($"{verb}: biz_buttons_200000").ClickAsync();
    }

    [Fact]
    public async Task Members_are_found_by_the_beginning_of_their_e_mail_and_an_audience_is_deleted()
    {
        await using var dashboard = await fixture.Open(_app);
        var job = await _app.CreateBatchList("biz_found_1000");
        await job.Becomes("completed");
        var email = await fixture.Stack.Database.Scalar<string>("SELECT max(email) FROM audience_members WHERE audience_id = $1", job.AudienceId);
        await dashboard.GoTo($"/audiences/{job.AudienceId}");
        await dashboard.Page.GetByRole(AriaRole.Searchbox).FillAsync(email.ToUpperInvariant());
        await Expect(dashboard.Page.Locator("table.members tbody tr")).ToHaveCountAsync(1);
        await Expect(dashboard.Page.Locator("table.members tbody th")).ToHaveTextAsync(email);

        await dashboard.Button("Delete").ClickAsync();
        await dashboard.Button("Delete it for good").ClickAsync();
        await Expect(dashboard.Heading("No audiences yet")).ToBeVisibleAsync();
        Assert.Equal(0, await fixture.Stack.Database.Scalar<long>("SELECT count(*) FROM audiences WHERE id = $1", job.AudienceId));
    }

    static async Task Create(Dashboard dashboard, string company, string name)
    {
        await Expect(dashboard.Heading("No lists yet")).ToBeVisibleAsync();
        await dashboard.Button("Create batch list").Last.ClickAsync();
        await dashboard.Field("Company id").FillAsync(company);
        await dashboard.Field("API key").FillAsync($"sim_{company}");
        await dashboard.Button("Connect and go on").ClickAsync();
        await dashboard.Field("Name of the list").FillAsync(name);
        await dashboard.Field("High").CheckAsync();
        await dashboard.Button("Create the list").ClickAsync();
        await Expect(dashboard.Heading(name)).ToBeVisibleAsync();
    }

    /// <summary>Reads what the bar shows until it is full: more each time, never less.</summary>
    static async Task BarMovesToTheEnd(ILocator bar)
    {
        var seen = new List<int>();
        await Servers.Eventually.True(async () =>
        {
            var share = int.Parse(await bar.GetAttributeAsync("aria-valuenow") ?? "0", CultureInfo.InvariantCulture);
            if (seen.LastOrDefault(-1) != share) seen.Add(share);
            return share == 100;
        }, "the bar to be full");
        Assert.Equal(seen.Order(), seen);
        Assert.True(seen.Count > 2, $"The bar was seen at {string.Join(", ", seen)} only.");
    }
}
