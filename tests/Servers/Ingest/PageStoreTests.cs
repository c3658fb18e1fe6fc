using BatchBus.Contracts;
using BatchBus.Ingest;
using Npgsql;

namespace BatchBus.Tests.Servers.Ingest;

public sealed class PageStoreTests : IngestDatabase
{
    [Fact]
    public async Task Every_member_of_a_page_is_accounted_for()
    {
        var job = await SeededJob.Insert(_database);
        var progress = await Store(Page(job, 1, "a@x.io", "A@X.io ", "b@x.io", null, "nonsense", " "));
        Assert.Equal(new MemberTotals(Fetched: 6, Inserted: 2, Duplicates: 1, Invalid: 1, WithoutEmail: 2), progress.Totals);
        Assert.Equal(["a@x.io", "b@x.io"], await Emails(job));
    }

    [Fact]
    public async Task The_first_spelling_of_a_member_wins()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io"));
        await Store(Page(job, 2, "A@x.io"));
        Assert.Equal("member-1-0", await _database.Scalar<string>("SELECT whop_member_id FROM audience_members WHERE audience_id = $1", job.AudienceId));
    }

    [Fact]
    public async Task A_page_delivered_twice_is_counted_once()
    {
        var job = await SeededJob.Insert(_database);
        var once = await Store(Page(job, 1, "a@x.io", "b@x.io", null));
        var twice = await Store(Page(job, 1, "a@x.io", "b@x.io", null));
        Assert.Equal((1, once.Totals), (twice.Pages, twice.Totals));
    }

    [Fact]
    public async Task A_page_twice_in_one_batch_is_counted_once()
    {
        var job = await SeededJob.Insert(_database);
        var progress = await Store(Page(job, 1, "a@x.io"), Page(job, 1, "a@x.io"), Page(job, 2, "b@x.io"));
        Assert.Equal((2, new MemberTotals(2, 2, 0, 0, 0)), (progress.Pages, progress.Totals));
    }

    [Fact]
    public async Task A_doubled_page_adds_members_that_were_not_on_it_and_the_equation_holds()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io", "b@x.io"));
        var progress = await Store(Page(job, 1, "b@x.io", "c@x.io", null));
        Assert.Equal((1, new MemberTotals(Fetched: 3, Inserted: 3, Duplicates: 0, Invalid: 0, WithoutEmail: 0)), (progress.Pages, progress.Totals));
        Assert.Equal(["a@x.io", "b@x.io", "c@x.io"], await Emails(job));
    }

    [Fact]
    public async Task Two_jobs_of_one_audience_in_one_batch_are_told_apart()
    {
        var first = await SeededJob.Insert(_database);
        var second = first with { JobId = Guid.CreateVersion7() };
        await _database.Execute("INSERT INTO batch_processing_queue (id, owner_id, audience_id, connection_id, status, completed_at) VALUES ($1, $2, $3, $4, 'completed', now())",
            second.JobId, second.OwnerId, second.AudienceId, second.ConnectionId);
        var progress = await _store.Store([Page(first, 1, "a@x.io", "b@x.io"), Page(second, 1, "b@x.io", "c@x.io", "d@x.io")], TestContext.Current.CancellationToken);
        Assert.Equal(4, progress.Sum(job => job.Totals.Inserted));
        Assert.Equal(1, progress.Sum(job => job.Totals.Duplicates));
        Assert.All(progress, job => Assert.Equal(job.JobId == first.JobId ? 2 : 3, job.Totals.Fetched));
    }

    [Fact]
    public async Task The_same_pages_at_once_from_everywhere_are_counted_once()
    {
        var jobs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SeededJob.Insert(_database)));
        var pages = jobs.SelectMany(job => Enumerable.Range(1, 8).Select(n => Page(job, n, [.. Enumerable.Range(0, 50).Select(i => $"m{(n * 31 + i * 7) % 200}@x.io")]))).ToArray();
        var random = new Random(1);
        var batches = Enumerable.Range(0, 24).Select(_ => pages.OrderBy(_ => random.Next()).Take(10).ToArray()).Append(pages).ToArray();
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (batch, cancel) => await _store.Store(batch, cancel));
        foreach (var job in jobs)
        {
            var rows = (await Emails(job)).Count;
            Assert.Equal((8, 400L, (long)rows), (
                await _database.Scalar<int>("SELECT pages_ingested FROM batch_processing_progress WHERE job_id = $1", job.JobId),
                await _database.Scalar<long>("SELECT members_fetched FROM batch_processing_progress WHERE job_id = $1", job.JobId),
                await _database.Scalar<long>("SELECT inserted FROM batch_processing_progress WHERE job_id = $1", job.JobId)));
        }
    }

    [Fact]
    public async Task No_row_is_written_for_a_cancelled_job()
    {
        var job = await SeededJob.Insert(_database);
        await Store(Page(job, 1, "a@x.io"));
        await _database.Execute("UPDATE batch_processing_queue SET status = 'cancelled', completed_at = now() WHERE id = $1", job.JobId);
        Assert.Empty(await _store.Store([Page(job, 2, "b@x.io")], TestContext.Current.CancellationToken));
        Assert.Equal(["a@x.io"], await Emails(job));
    }

    [Fact]
    public async Task Pages_of_a_job_that_is_gone_are_dropped_and_their_neighbours_land()
    {
        var job = await SeededJob.Insert(_database);
        var gone = job with { JobId = Guid.NewGuid(), AudienceId = Guid.NewGuid() };
        var progress = await Store(Page(gone, 1, "x@x.io"), Page(job, 1, "a@x.io"));
        Assert.Equal((job.JobId, 1L), (progress.JobId, progress.Totals.Inserted));
        Assert.Equal(1, await _database.Scalar<long>("SELECT count(*) FROM audience_members"));
    }

    [Fact]
    public async Task Text_that_PostgreSQL_cannot_hold_is_cleaned()
    {
        var job = await SeededJob.Insert(_database);
        var page = Page(job, 1, "a@x.io");
        page.Members.Names[0] = "An\0na" + new string('n', 10_000);
        await Store(page);
        Assert.StartsWith("Annan", await _database.Scalar<string>("SELECT name FROM audience_members"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Odd_values_are_stored_as_far_as_they_mean_something()
    {
        var job = await SeededJob.Insert(_database);
        var page = Page(job, 1, "a@x.io", "b@x.io", "c@x.io", "\ud800@x.io", "d\0@x.io", "e@x.io");
        page.Members.MemberIds[0] = null!;
        page.Members.Names[1] = "A\ud800na \ud83d\ude00";
        page.Members.JoinedAt[0] = DateTimeOffset.MaxValue;
        page.Members.JoinedAt[1] = DateTimeOffset.MinValue;
        page.Members.JoinedAt[2] = new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero);
        page.Members.JoinedAt[5] = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.FromHours(-14));
        var progress = await Store(page);
        Assert.Equal(new MemberTotals(Fetched: 6, Inserted: 4, Duplicates: 0, Invalid: 2, WithoutEmail: 0), progress.Totals);
        Assert.Equal("", await _database.Scalar<string>("SELECT whop_member_id FROM audience_members WHERE email = 'a@x.io'"));
        Assert.Equal("A\ufffdna \ud83d\ude00", await _database.Scalar<string>("SELECT name FROM audience_members WHERE email = 'b@x.io'"));
        Assert.Equal(["e@x.io"], await _database.Column<string>("SELECT email FROM audience_members WHERE joined_at IS NOT NULL AND isfinite(joined_at)"));
        Assert.Equal(3, await _database.Scalar<long>("SELECT count(*) FROM audience_members WHERE joined_at IS NULL"));
    }

    [Fact]
    public async Task A_page_whose_columns_do_not_belong_together_is_refused()
    {
        var job = await SeededJob.Insert(_database);
        var page = Page(job, 1, "a@x.io", "b@x.io");
        var shorter = page with { Members = page.Members with { Emails = ["a@x.io"] } };
        var without = page with { Members = page.Members with { Names = null! } };
        var none = page with { Members = null! };
        foreach (var odd in new[] { shorter, without, none, page with { NextCursor = "c\0" } })
            await Assert.ThrowsAsync<InvalidPageException>(() => _store.Store([odd], TestContext.Current.CancellationToken));
        Assert.Equal(0, await _database.Scalar<long>("SELECT count(*) FROM batch_processing_pages"));
    }

    [Theory]
    [InlineData("processing", false)]
    [InlineData("paused", true)]
    [InlineData("failed", true)]
    public async Task A_job_that_does_not_run_hears_of_every_batch(string status, bool isDue)
    {
        var job = await SeededJob.Insert(_database);
        await _database.Execute("UPDATE batch_processing_queue SET status = $2, error_code = 'x', error_message = 'y', completed_at = now() WHERE id = $1", job.JobId, status);
        Assert.Equal(isDue, (await Store(Page(job, 1, "a@x.io"))).IsReportDue);
    }

    [Fact]
    public async Task A_report_is_due_every_twenty_pages_at_the_end_and_after_a_doubled_page()
    {
        var job = await SeededJob.Insert(_database);
        Assert.False((await Store(Pages(job, 1, 19))).IsReportDue);
        Assert.True((await Store(Pages(job, 20, 21))).IsReportDue);
        Assert.False((await Store(Pages(job, 22, 22))).IsReportDue);
        Assert.True((await Store(Pages(job, 22, 22))).IsReportDue);
        Assert.True((await Store(Page(job, 23) with { IsLast = true, TotalPages = 23, NextCursor = null })).IsReportDue);
    }

    [Fact]
    public async Task The_last_page_may_come_before_the_others()
    {
        var job = await SeededJob.Insert(_database);
        Assert.False((await Store(Page(job, 3, "c@x.io") with { IsLast = true, TotalPages = 3, NextCursor = null })).IsReportDue);
        Assert.False((await Store(Page(job, 1, "a@x.io"))).IsReportDue);
        Assert.True((await Store(Page(job, 2, "b@x.io"))).IsReportDue);
    }

    [Fact]
    public async Task A_store_that_stands_still_in_the_middle_of_its_rows_holds_up_the_others_for_some_seconds_only()
    {
        var job = await SeededJob.Insert(_database);
        var page = Page(job, 1, [.. Enumerable.Range(0, 2_000).Select(i => $"m{i}@x.io")]);
        await using var way = TcpProxy.ToPostgres();
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_source.ConnectionString) { Port = way.Port, Password = MigratedDatabase.Password });
        await (await source.OpenConnectionAsync(TestContext.Current.CancellationToken)).DisposeAsync();
        var middle = way.StopAfter(100_000); // of about 300,000 bytes of rows
        var frozen = new PageStore(source, new IngestMeter(new TestMeters())).Store([page], TestContext.Current.CancellationToken);
        await middle;

        Assert.Equal(new MemberTotals(2_000, 2_000, 0, 0, 0), (await Store(page)).Totals);
        way.Release();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => frozen);
    }

    async Task<JobProgress> Store(params MemberPage[] pages) => Assert.Single(await _store.Store(pages, TestContext.Current.CancellationToken));

    Task<List<string>> Emails(SeededJob job) => _database.Column<string>("SELECT email FROM audience_members WHERE audience_id = $1 ORDER BY email", job.AudienceId);

    static MemberPage[] Pages(SeededJob job, int first, int last) =>
        [.. Enumerable.Range(first, last - first + 1).Select(n => Page(job, n, $"m{n}@x.io"))];
}
