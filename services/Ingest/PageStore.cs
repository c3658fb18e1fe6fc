using BatchBus.Contracts;
using Npgsql;

namespace BatchBus.Ingest;

/// <summary>
/// Stores a batch of pages in one transaction: locks the jobs, writes the ledger, the members and the progress, each in the order of its
/// key, so that concurrent batches wait for each other in one direction only.
/// </summary>
sealed class PageStore(NpgsqlDataSource database, IngestMeter meter)
{
    /// <summary>Stores the pages; those of cancelled or deleted jobs are dropped, and those that are no longer their window's.</summary>
    /// <returns>The progress of every job that the batch touched.</returns>
    public async Task<IReadOnlyList<JobProgress>> Store(IReadOnlyCollection<MemberPage> batch, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var contents = batch.Select(PageContent.Of).ToList(); // before a connection is taken: a page that is wrong in itself needs none
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var wanted = await JobLocks.Share(connection, batch.Select(page => page.JobId), cancellationToken);
        var beyond = await WindowEnds.Beyond(connection, [.. batch.Where(page => wanted.GetValueOrDefault(page.JobId).IsDivided)], cancellationToken);
        var pages = contents.Where(content => wanted.ContainsKey(content.Page.JobId) && !beyond.Contains((content.Page.JobId, content.Page.PageNumber)))
            .OrderBy(content => content.Page.JobId).ThenBy(content => content.Page.PageNumber).ToArray();
        var isNew = await PageLedger.Add(connection, Array.ConvertAll(pages, content => content.Page), cancellationToken);

        var tallies = new Dictionary<Guid, Tally>();
        foreach (var round in Rounds(pages, isNew, wanted))
            await Store(connection, round, wanted, tallies, cancellationToken);

        var progress = await ProgressTable.Add(connection, tallies, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        meter.Stored(batch.Count, tallies.Values, TimeProvider.System.GetElapsedTime(started));
        // A running job hears of every twentieth page; one that is paused or has failed, of each batch, for there may be no other.
        return [.. progress.Select(job => wanted[job.JobId].IsRunning ? job : job with { IsReportDue = true })];
    }

    static async Task Store(
        NpgsqlConnection connection, Round round, Dictionary<Guid, LockedJob> jobs, Dictionary<Guid, Tally> tallies, CancellationToken cancellationToken)
    {
        var members = round.Pages.SelectMany(content => content.Rows);
        var written = round.IsRefresh
            ? await MemberTable.Refresh(connection, members, round.Pages.DistinctBy(content => content.Page.AudienceId)
                .ToDictionary(content => content.Page.AudienceId, content => jobs[content.Page.JobId].RefreshedAt!.Value), cancellationToken)
            : await MemberTable.Insert(connection, members, cancellationToken);
        foreach (var job in round.Pages.GroupBy(content => content.Page.JobId))
        {
            var tally = tallies.GetValueOrDefault(job.Key) ?? (tallies[job.Key] = new Tally());
            var rows = written.GetValueOrDefault(job.First().Page.AudienceId);
            if (round.IsNew) tally.AddPages([.. job], rows);
            else tally.AddDoubled(rows);
        }
    }

    /// <summary>
    /// Splits the pages so that in one round every audience belongs to one job, and pages that are new are not mixed with doubled ones:
    /// then the rows written for an audience say what its job has written. Pages of refreshes are by themselves. Nearly always there is one round.
    /// </summary>
    static IEnumerable<Round> Rounds(PageContent[] pages, HashSet<(Guid, int)> isNew, Dictionary<Guid, LockedJob> jobs)
    {
        var seen = new HashSet<(Guid, int)>();
        return pages
            // A page twice in one batch is a doubled page, too.
            .Select(content => (Content: content, IsNew: IsNew(content.Page)))
            .GroupBy(p => (p.IsNew, p.Content.Page.AudienceId))
            .SelectMany(audience => audience.GroupBy(p => p.Content.Page.JobId).Select((job, turn) => (Turn: turn, audience.Key.IsNew, Pages: job)))
            .GroupBy(job => (job.Turn, job.IsNew, IsRefresh: jobs[job.Pages.Key].RefreshedAt is not null))
            .OrderByDescending(round => round.Key.IsNew).ThenBy(round => round.Key.Turn).ThenBy(round => round.Key.IsRefresh)
            .Select(round => new Round(round.Key.IsNew, round.Key.IsRefresh, [.. round.SelectMany(job => job.Pages.Select(p => p.Content))]));

        bool IsNew(MemberPage page) => isNew.Contains((page.JobId, page.PageNumber)) && seen.Add((page.JobId, page.PageNumber));
    }

    sealed record Round(bool IsNew, bool IsRefresh, IReadOnlyList<PageContent> Pages);
}
