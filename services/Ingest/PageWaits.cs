namespace BatchBus.Ingest;

/// <summary>
/// How long the pages of a batch had waited, by their priority on the broker: an urgent page that has just come says nothing about the others. Of each priority it is
/// the page that was sent last, before all that still wait in a queue that keeps its order.
/// </summary>
sealed class PageWaits(IEnumerable<(byte Priority, DateTime? SentAt)> pages, TimeProvider clock)
{
    readonly Dictionary<byte, DateTime?> _sentAt = pages.GroupBy(page => page.Priority).ToDictionary(level => level.Key, level => level.Max(page => page.SentAt));

    /// <summary>Null when the pages do not say when they were sent.</summary>
    public TimeSpan? Of(byte priority) => clock.GetUtcNow().UtcDateTime - _sentAt[priority];
}
