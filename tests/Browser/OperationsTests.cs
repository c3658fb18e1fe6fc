using System.Text.RegularExpressions;
using BatchBus.Tests.Browser.Stack;
using BatchBus.Tests.Servers.DeadLetters;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BatchBus.Tests.Browser;

/// <summary>What somebody who runs BatchBus sees and does.</summary>
[Collection(DashboardFixture.Collection)]
public sealed class OperationsTests(DashboardFixture fixture)
{
    [Fact]
    public async Task A_worker_that_stands_still_is_seen_to_become_stale()
    {
        await using var dashboard = await fixture.OpenAsOperator();
        var worker = fixture.Stack.Begin("Fetcher");
        await worker.Ready();
        await dashboard.GoTo("/workers");
        var rows = dashboard.Page.Locator("tbody tr").Filter(new() { HasText = "Fetcher" });
        await Expect(rows.Filter(new() { HasText = "Active" })).ToHaveCountAsync(2);
        await worker.Freeze();
        await Expect(rows.Filter(new() { HasText = "Stale" })).ToHaveCountAsync(1);
        await dashboard.GoTo("/");
        await dashboard.Shows("1 worker has stopped sending heartbeats");
        await worker.Thaw();
        await Expect(dashboard.Page.GetByText("stopped sending heartbeats")).ToHaveCountAsync(0);
        await worker.Terminate();
        await worker.Exited();
        await dashboard.GoTo("/workers");
        await Expect(rows.Filter(new() { HasText = "Stopped" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_dead_letter_is_a_problem_on_the_first_page_until_it_is_replayed()
    {
        await using var queues = await BrokerQueues.Open(fixture.Stack.Broker.Uri);
        await queues.Add("fetch-members_error", new DeadMessage { Says = "It took <b>too</b> long.", Message = """, "connectionId":"00000000-0000-0000-0000-000000000001" """ });
        await using var dashboard = await fixture.OpenAsOperator();
        await dashboard.Shows("1 message in fetch-members_error could not be handled.");
        await dashboard.Page.GetByRole(AriaRole.Link, new() { Name = "Look and replay" }).ClickAsync();
        await dashboard.Shows("It took <b>too</b> long.");
        await dashboard.Button("Replay all of fetch-members_error").ClickAsync();
        await dashboard.Shows("1 message sent back to fetch-members.");
    }

    [Fact]
    public async Task Dead_letters_are_thrown_away_after_a_question()
    {
        await using var queues = await BrokerQueues.Open(fixture.Stack.Broker.Uri);
        await queues.Add("member-pages_error", new DeadMessage { Says = "Useless." }, new DeadMessage { Says = "Useless." });
        await using var dashboard = await fixture.OpenAsOperator();
        await dashboard.GoTo("/dead-letters");
        await dashboard.Button("Discard all of member-pages_error").ClickAsync();
        await dashboard.Button("Throw them away").ClickAsync();
        await dashboard.Shows("2 messages thrown away.");
        await Expect(dashboard.Page.GetByText("Useless.")).ToHaveCountAsync(0);
        Assert.Equal(0, await queues.Count("member-pages_error"));
    }

    [Fact]
    public async Task Queues_and_days_are_shown()
    {
        var job = await fixture.Stack.App().CreateBatchList("biz_days_200");
        await job.Becomes("completed");
        await using var dashboard = await fixture.OpenAsOperator();
        await dashboard.GoTo("/queues");
        await Expect(dashboard.Page.GetByRole(AriaRole.Rowheader, new() { Name = "fetch-members", Exact = true })).ToBeVisibleAsync();
        await dashboard.GoTo("/stats");
        await dashboard.Button("30 days").ClickAsync();
        await Expect(dashboard.Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("Members inserted by day: .* in 30 days") })).ToBeVisibleAsync();
    }
}
