using BatchBus.Contracts;
using BatchBus.Ingest;

namespace BatchBus.Tests.Servers.Ingest;

/// <summary>What Ingest does with the pages of a refresh.</summary>
public sealed class RefreshTests : IngestDatabase
{
    [Fact]
    public async Task New_changed_and_unchanged_members_are_told_apart()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "same@x.io", "changed@x.io", "gone@x.io"));
        var refresh = await job.Refresh(_database);
        await _database.Execute("UPDATE audience_members SET status = 'older' WHERE email = 'changed@x.io'");

        var progress = await Store(Page(refresh, 1, "same@x.io", "changed@x.io", "new@x.io", null, "nonsense"));

        // gone@x.io had the same ids as new@x.io; who has an address is what counts.
        Assert.Equal(new MemberTotals(Fetched: 5, Inserted: 1, Duplicates: 2, Invalid: 1, WithoutEmail: 1, Changed: 1), progress.Totals);
        Assert.Equal("status-1-1", await Member<string>(job, "status", "changed@x.io"));
        Assert.Equal(["changed@x.io"], await _database.Column<string>("SELECT email FROM audience_members WHERE changed_at IS NOT NULL"));
        Assert.Equal(["changed@x.io", "new@x.io", "same@x.io"], await Seen(refresh));
    }

    [Theory]
    [InlineData("whop_member_id")]
    [InlineData("whop_user_id")]
    [InlineData("name")]
    [InlineData("username")]
    [InlineData("status")]
    [InlineData("access_level")]
    [InlineData("joined_at")]
    public async Task Every_column_is_brought_up_to_date(string column)
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io"));
        var before = await Member<string>(job, $"{column}::text", "a@x.io");
        var older = column switch { "joined_at" => "'2001-01-01Z'::timestamptz", "whop_member_id" => "'older'", _ => "NULL" };
        await _database.Execute($"UPDATE audience_members SET {column} = {older}");
        Assert.Equal(1, (await Store(Page(await job.Refresh(_database), 1, "a@x.io"))).Totals.Changed);
        Assert.Equal(before, await Member<string>(job, $"{column}::text", "a@x.io"));
    }

    [Fact]
    public async Task A_page_that_comes_again_counts_and_changes_nothing()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io"));
        var refresh = await job.Refresh(_database);
        var once = await Store(Page(refresh, 1, "a@x.io", "b@x.io"));
        await _database.Execute("UPDATE audience_members SET name = 'newer than the page'");
        var twice = await Store(Page(refresh, 1, "a@x.io", "b@x.io"));
        Assert.Equal((once.Pages, once.Totals), (twice.Pages, twice.Totals));
        Assert.Equal("newer than the page", await Member<string>(job, "name", "a@x.io"));
    }

    [Fact]
    public async Task A_late_page_of_an_earlier_refresh_leaves_those_alone_whom_a_later_one_has_seen()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io", "b@x.io"));
        var earlier = await job.Refresh(_database);
        await Store(Page(earlier, 1, "a@x.io", "b@x.io"));
        var later = await earlier.Refresh(_database);
        await Store(Page(later, 7, "a@x.io"));
        await Store(Page(earlier, 1, "a@x.io", "b@x.io"));
        await Store(Page(earlier, 2, "a@x.io"));
        Assert.Equal(["a@x.io"], await Seen(later));
        Assert.Equal("member-7-0", await Member<string>(job, "whop_member_id", "a@x.io"));
    }

    [Fact]
    public async Task A_doubled_page_counts_members_whom_the_refresh_had_not_seen()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io", "b@x.io", "c@x.io"));
        var refresh = await job.Refresh(_database);
        await Store(Page(refresh, 1, "a@x.io", "b@x.io"));
        var progress = await Store(Page(refresh, 1, "b@x.io", "c@x.io", "d@x.io"));
        Assert.Equal(new MemberTotals(Fetched: 4, Inserted: 1, Duplicates: 3, Invalid: 0, WithoutEmail: 0, Changed: 1), progress.Totals);
        Assert.Equal(["a@x.io", "b@x.io", "c@x.io", "d@x.io"], await Seen(refresh));
    }

    [Fact]
    public async Task Who_has_an_address_first_in_a_refresh_keeps_it()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io"));
        var refresh = await job.Refresh(_database);
        await Store(Page(refresh, 1, "a@x.io"));
        var progress = await Store(Page(refresh, 2, "A@x.io"));
        Assert.Equal(new MemberTotals(Fetched: 2, Inserted: 0, Duplicates: 2, Invalid: 0, WithoutEmail: 0), progress.Totals);
        Assert.Equal("member-1-0", await Member<string>(job, "whop_member_id", "a@x.io"));
    }

    [Fact]
    public async Task Who_is_found_again_is_no_longer_missing()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io"));
        await _database.Execute("UPDATE audience_members SET missing_since = now()");
        var progress = await Store(Page(await job.Refresh(_database), 1, "a@x.io"));
        Assert.Equal((0, 1), (progress.Totals.Inserted, progress.Totals.Changed));
        Assert.Equal(0, await _database.Scalar<long>("SELECT count(*) FROM audience_members WHERE missing_since IS NOT NULL"));
    }

    [Fact]
    public async Task A_second_copy_of_a_page_that_comes_after_the_mark_takes_it_back()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io", "b@x.io"));
        var refresh = await job.Refresh(_database);
        await Store(Page(refresh, 1, "a@x.io"));
        await _database.Execute("UPDATE audience_members m SET missing_since = now(), seen_at = q.started_at FROM batch_processing_queue q WHERE q.id = $1 AND m.email = 'b@x.io'", refresh.JobId);
        await _database.Execute("UPDATE audience_members SET name = 'newer than the page' WHERE email = 'a@x.io'");
        await Store(Page(refresh, 1, "a@x.io", "b@x.io"));
        Assert.Equal(0, await _database.Scalar<long>("SELECT count(*) FROM audience_members WHERE missing_since IS NOT NULL"));
        Assert.Equal("newer than the page", await Member<string>(job, "name", "a@x.io")); // seen, and not marked
    }

    [Fact]
    public async Task A_batch_list_changes_nobody_and_one_batch_may_have_both_kinds()
    {
        var (list, other) = (await SeededJob.Insert(_database), await SeededJob.Insert(_database));
        await Store(Page(list, 1, "a@x.io"));
        await Store(Page(other, 1, "a@x.io"));
        await _database.Execute("UPDATE audience_members SET name = 'older'");
        var refresh = await other.Refresh(_database);
        var progress = await _store.Store([Page(list, 2, "a@x.io", "b@x.io"), Page(refresh, 1, "a@x.io", "b@x.io")], TestContext.Current.CancellationToken);
        Assert.Equal(new MemberTotals(3, 2, 1, 0, 0), progress.Single(p => p.JobId == list.JobId).Totals);
        Assert.Equal(new MemberTotals(2, 1, 1, 0, 0, Changed: 1), progress.Single(p => p.JobId == refresh.JobId).Totals);
        Assert.Equal("older", await Member<string>(list, "name", "a@x.io"));
        Assert.Equal("name-1-0", await Member<string>(other, "name", "a@x.io"));
    }

    async Task<JobProgress> Store(params MemberPage[] pages) => Assert.Single(await _store.Store(pages, TestContext.Current.CancellationToken));

    Task<List<string>> Seen(SeededJob refresh) => _database.Column<string>(
        "SELECT email FROM audience_members m JOIN batch_processing_queue q ON q.started_at = m.seen_at WHERE q.id = $1 ORDER BY email", refresh.JobId);

    Task<T> Member<T>(SeededJob job, string column, string email) =>
        _database.Scalar<T>($"SELECT {column} FROM audience_members WHERE audience_id = $1 AND email = $2", job.AudienceId, email);
}
