using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using BatchBus.Tests.Browser.Stack;
using BatchBus.Tests.Servers;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BatchBus.Tests.Browser;

/// <summary>One stream for each page; what it tells is shown at once, and it rests while nobody looks.</summary>
[Collection(DashboardFixture.Collection)]
public sealed class LiveTests(DashboardFixture fixture)
{
    [Fact]
    public async Task The_stream_rests_while_the_tab_is_hidden_and_comes_again_with_the_last_event_seen()
    {
        var app = fixture.Stack.App();
        var job = await app.CreateBatchList("biz_hidden_200000");
        await using var dashboard = await fixture.Open();
        var (asked, broken) = (new ConcurrentQueue<string?>(), new ConcurrentQueue<string>());
        dashboard.Page.Request += (_, request) =>
        {
            if (IsStream(request)) asked.Enqueue(request.Headers.GetValueOrDefault("last-event-id"));
        };
        dashboard.Page.RequestFailed += (_, request) =>
        {
            if (IsStream(request)) broken.Enqueue(request.Url);
        };
        await dashboard.SignIn(TestApp.Token(app.User));
        await dashboard.Shows("biz_hidden_200000");
        await Expect(dashboard.Page.Locator(".live")).ToHaveTextAsync("Live");
        Assert.Null(Assert.Single(asked));

        await Hide(dashboard, true);
        await Expect(dashboard.Page.Locator(".live")).ToHaveTextAsync("Paused while hidden");
        await Eventually.True(() => Task.FromResult(broken.Count == 1), "the stream to be closed");
        await app.Post($"/api/jobs/{job.Id}/cancel", new { });
        await job.Becomes("cancelled");

        await Hide(dashboard, false);
        await Expect(dashboard.Page.Locator(".live")).ToHaveTextAsync("Live");
        Assert.Matches(@"^\d+-\d+-\d+$", asked.Last());
        await dashboard.GoTo($"/jobs/{job.Id}");
        await dashboard.JobIs("Cancelled");
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task A_stream_that_is_quiet_for_longer_than_the_Api_ever_is_is_asked_for_again()
    {
        await using var dashboard = await fixture.Open();
        var asked = 0;
        dashboard.Page.Request += (_, request) =>
        {
            if (IsStream(request)) asked++;
        };
        await dashboard.Page.Clock.InstallAsync();
        await dashboard.SignIn(TestApp.Token(Guid.NewGuid()));
        await Expect(dashboard.Page.Locator(".live")).ToHaveTextAsync("Live");
        Assert.Equal(1, asked);
        await dashboard.Page.Clock.FastForwardAsync(60_000);
        await Eventually.True(() => Task.FromResult(asked == 2), "the stream to be asked for again");
        await Expect(dashboard.Page.Locator(".live")).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task Ten_thousand_jobs_are_paged_and_filtered_and_all_that_match_are_cancelled()
    {
        var app = fixture.Stack.App();
        var seed = await SeededJob.Insert(fixture.Stack.Database, "paused", app.User);
        // Paused ones, for which nothing runs.
        await seed.Repeat(fixture.Stack.Database, 10_000);
        await using var dashboard = await fixture.Open(app);
        await dashboard.GoTo("/jobs?status=paused");
        await Expect(dashboard.Page.Locator("table.jobs tbody tr")).ToHaveCountAsync(50);
        await Expect(dashboard.Page.GetByRole(AriaRole.Link, new() { Name = "Paused 10,001" })).ToBeVisibleAsync();
        await dashboard.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Expect(dashboard.Page).ToHaveURLAsync(new Regex("status=paused&before="));
        await dashboard.Page.GoBackAsync();

        await dashboard.Button("All that match…").ClickAsync();
        await dashboard.Dialog.GetByText("They end.").ClickAsync();
        await dashboard.Button("Do it").ClickAsync();
        await Expect(dashboard.Page.GetByText("10,001 jobs were told.")).ToBeVisibleAsync(new() { Timeout = 300_000 }); // 500 at a time
        await Eventually.True(async () => await fixture.Stack.Database.Scalar<long>("SELECT count(*) FROM batch_processing_queue WHERE owner_id = $1 AND status <> 'cancelled'", app.User) == 0,
            "all to be cancelled", TimeSpan.FromMinutes(15));
        await Expect(dashboard.Heading("No job matches")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_colours_are_chosen_and_stay_chosen()
    {
        await using var dashboard = await fixture.Open(fixture.Stack.App());
        await dashboard.Button("Colours: as the system").ClickAsync();
        await dashboard.Button("Colours: light").ClickAsync();
        await Expect(dashboard.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await dashboard.Page.ReloadAsync();
        await Expect(dashboard.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    static bool IsStream(IRequest request) => request.Url.EndsWith("/api/events", StringComparison.Ordinal);

    static async Task Hide(Dashboard dashboard, bool isHidden) => await dashboard.Page.EvaluateAsync("""
        isHidden => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }
        """, isHidden);
}
