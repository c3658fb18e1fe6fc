namespace BatchBus.Ingest;

/// <summary>What one batch adds to a job's totals. Fetched = inserted + duplicates + invalid + without e-mail, always.</summary>
sealed class Tally
{
    public int Pages { get; private set; }
    public long Fetched { get; private set; }
    public long Inserted { get; private set; }
    public long Duplicates { get; private set; }
    public long Invalid { get; private set; }
    public long WithoutEmail { get; private set; }

    /// <summary>Those of the duplicates that a refresh has changed.</summary>
    public long Changed { get; private set; }

    /// <summary>True when pages came that the ledger had already.</summary>
    public bool HasDoubled { get; private set; }

    /// <summary>How many pages the job has in all, if the one that knows was among them.</summary>
    public int? TotalPages { get; private set; }

    /// <summary>Adds pages that the ledger did not have, and what became of their rows.</summary>
    public void AddPages(IReadOnlyList<PageContent> pages, WrittenRows rows)
    {
        Pages += pages.Count;
        Inserted += rows.Inserted;
        Duplicates += pages.Sum(page => page.Rows.Count) - rows.Inserted;
        Changed += rows.Changed;
        Invalid += pages.Sum(page => page.Invalid);
        WithoutEmail += pages.Sum(page => page.WithoutEmail);
        Fetched += pages.Sum(page => page.Members);
        TotalPages ??= pages.FirstOrDefault(page => page.Page.TotalPages is not null)?.Page.TotalPages;
    }

    /// <summary>
    /// Adds doubled pages. Their members are counted already, but for those that were not there the first time: members moved between pages
    /// while Whop was read. They are new on both sides of the equation, so <see cref="Inserted"/> stays the number of rows.
    /// </summary>
    public void AddDoubled(WrittenRows rows)
    {
        HasDoubled = true;
        Inserted += rows.Inserted;
        Duplicates += rows.Refreshed;
        Changed += rows.Changed;
        Fetched += rows.Inserted + rows.Refreshed;
    }
}
