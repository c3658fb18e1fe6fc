using BatchBus.Contracts;
using Npgsql;

namespace BatchBus.Ingest;

/// <summary>
/// Stores a batch of pages in one transaction: locks the jobs, writes the ledger, the members and the progress, each in the order of its
/// key, so that concurrent batches wait for each other in one direction only.
/// </summary>
sealed class PageStore(NpgsqlDataSource database)
{
    /// <summary>Stores the pages; those of cancelled or deleted jobs are dropped.</summary>
    /// <returns>The progress of every job that the batch touched.</returns>
    public async Task<IReadOnlyList<JobProgress>> Store(IReadOnlyCollection<MemberPage> batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var wanted = await JobLocks.Share(connection, batch.Select(page => page.JobId), cancellationToken);
        var pages = batch.Where(page => wanted.Contains(page.JobId)).OrderBy(page => page.JobId).ThenBy(page => page.PageNumber).ToArray();
        var isNew = await PageLedger.Add(connection, pages, cancellationToken);

        var tallies = new Dictionary<Guid, Tally>();
        foreach (var round in Rounds(pages, isNew))
            await Store(connection, round, tallies, cancellationToken);

        var progress = await ProgressTable.Add(connection, tallies, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return progress;
    }

    static async Task Store(NpgsqlConnection connection, Round round, Dictionary<Guid, Tally> tallies, CancellationToken cancellationToken)
    {
        var contents = round.Pages.Select(PageContent.Of).ToArray();
        var inserted = await MemberTable.Insert(connection, contents.SelectMany(content => content.Rows), cancellationToken);
        foreach (var job in contents.GroupBy(content => content.Page.JobId))
        {
            var tally = tallies.GetValueOrDefault(job.Key) ?? (tallies[job.Key] = new Tally());
            var rows = inserted.GetValueOrDefault(job.First().Page.AudienceId);
            if (round.IsNew) tally.AddPages([.. job], rows);
            else tally.AddDoubled(rows);
        }
    }

    /// <summary>
    /// Splits the pages so that in one round every audience belongs to one job, and pages that are new are not mixed with doubled ones:
    /// then the rows inserted for an audience say what its job has inserted. Nearly always there is one round.
    /// </summary>
    static IEnumerable<Round> Rounds(MemberPage[] pages, HashSet<(Guid, int)> isNew)
    {
        var seen = new HashSet<(Guid, int)>();
        return pages
            // A page twice in one batch is a doubled page, too.
            .Select(page => (Page: page, IsNew: isNew.Contains((page.JobId, page.PageNumber)) && seen.Add((page.JobId, page.PageNumber))))
            .GroupBy(p => (p.IsNew, p.Page.AudienceId))
            .SelectMany(audience => audience.GroupBy(p => p.Page.JobId).Select((job, turn) => (Turn: turn, audience.Key.IsNew, Pages: job)))
            .GroupBy(job => (job.Turn, job.IsNew))
            .OrderByDescending(round => round.Key.IsNew).ThenBy(round => round.Key.Turn)
            .Select(round => new Round(round.Key.IsNew, [.. round.SelectMany(job => job.Pages.Select(p => p.Page))]));
    }

    sealed record Round(bool IsNew, IReadOnlyList<MemberPage> Pages);
}
