using BatchBus.Tests.Servers.Http;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Audiences;

public sealed class MemberListTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    static readonly string[] Emails =
        ["an%b@x.io", "an@x.io", "an_c@x.io", "ana@x.io", "ann@x.io", "anna@x.io", "ao@x.io", "b@x.io", "än@x.io", "\uFFFDx@x.io", "\U0001F98A@x.io", "\U0010FFFFz@x.io"];

    readonly TestApp _app = fixture.Stack.App();

    [Theory]
    [InlineData("", 12)]
    [InlineData("an", 6)]
    [InlineData("ann", 2)]
    [InlineData(" ANN ", 2)]
    [InlineData("ann@x.io", 1)]
    [InlineData("an%", 1)]
    [InlineData("an_", 1)]
    [InlineData("a\u0308n", 1)] // ä in two characters
    [InlineData("\U0001F98A", 1)]
    [InlineData("\U0010FFFF", 1)]
    [InlineData("c", 0)]
    public async Task Members_are_found_by_the_beginning_of_their_address(string prefix, int count)
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await fixture.Stack.AddMembers(job.AudienceId, Emails);
        var path = $"/api/audiences/{job.AudienceId}/members?prefix={Uri.EscapeDataString(prefix)}";
        var begins = prefix.Trim().ToLowerInvariant().Normalize();
        var expected = Emails.Where(email => email.StartsWith(begins, StringComparison.Ordinal)).ToList();
        Assert.Equal(count, expected.Count);
        foreach (var limit in new[] { 1, 2, 12, 1000 })
            Assert.Equal(expected, (await _app.Pages($"{path}&limit={limit}", "after")).Select(member => member["email"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_last_page_has_no_next_though_it_is_full()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await fixture.Stack.AddMembers(job.AudienceId, "a@x.io", "b@x.io");
        Assert.Null((await TestApp.Json(await _app.Get($"/api/audiences/{job.AudienceId}/members?limit=2")))["next"]);
    }

    [Fact]
    public async Task A_page_costs_its_rows_and_not_the_audience_even_before_PostgreSQL_has_analyzed_the_table()
    {
        var database = fixture.Stack.Database;
        await database.Execute("ALTER TABLE audience_members SET (autovacuum_enabled = off)");
        await database.Execute("DELETE FROM pg_statistic WHERE starelid = 'audience_members'::regclass");
        var job = await SeededJob.Insert(database, "paused", _app.User);
        await fixture.Stack.AddMembers(job.AudienceId, 50_000);
        var before = await Fetched();
        for (var i = 0; i < 5; i++) await _app.Get($"/api/audiences/{job.AudienceId}/members?limit=1000&after=member000100");
        await Eventually.True(async () => await Fetched() >= before + 5_000, "PostgreSQL to count what was read");
        Assert.InRange(await Fetched(), 0, before + 10_000);

        Task<long> Fetched() => database.Scalar<long>("SELECT coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'audience_members'");
    }
}
