using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>What became of the rows of one batch, and when to look again.</summary>
/// <param name="Results">One for each row that was tried.</param>
/// <param name="HasMore">There are probably more rows that are due.</param>
/// <param name="NeedsRest">An error may have broken the transport's channel, which takes a moment to come back.</param>
/// <param name="NextDue">Time until the next postponed row is due; null when none is postponed.</param>
sealed record BatchResult(IReadOnlyList<SendResult> Results, bool HasMore, bool NeedsRest, TimeSpan? NextDue);

/// <summary>Sends a batch of rows: locked, sent, and deleted or postponed, all in one transaction.</summary>
sealed class OutboxDelivery<TDb>(IServiceScopeFactory scopes, OutboxSender sender, int maxAttempts)
    where TDb : DbContext
{
    /// <param name="limit">Rows to take.</param>
    /// <param name="timeLimit">Time limit for each message.</param>
    /// <param name="sending">Ends sends that are under way; their rows stay as they were.</param>
    /// <param name="stop">Ends the batch as long as nothing has been sent.</param>
    public async Task<BatchResult> Deliver(int limit, TimeSpan timeLimit, CancellationToken sending, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        var table = new OutboxTable(db);
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        var rows = await table.TakeDue(limit, stop);
        var (results, needsRest) = await Send(rows, timeLimit, sending);

        // No cancelling from here: what has been sent must not be sent again because the process stops.
        await table.Remove([.. results.Where(x => x is Delivered or Expired).Select(x => x.Row)], CancellationToken.None);
        await table.Postpone([.. results.OfType<Failure>()], maxAttempts, CancellationToken.None);
        var hasMore = rows.Count == limit || results.Count < rows.Count;
        var nextDue = hasMore ? null : await table.UntilNextDue(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new BatchResult(results, hasMore, needsRest, nextDue);
    }

    /// <summary>
    /// Sends new rows all at once, then those that have failed before one by one: an error of which nobody knows whose it is belongs to a row
    /// that was sent alone. Ends with such an error, which the next row would feel too.
    /// </summary>
    async Task<(List<SendResult> Results, bool NeedsRest)> Send(List<OutboxMessage> rows, TimeSpan timeLimit, CancellationToken sending)
    {
        List<SendResult> results = [.. await Task.WhenAll(rows.Where(x => x.LastError is null).Select(x => sender.Send(x, timeLimit, sending)))];
        if (results.Exists(x => x is Failure { Cause: Cause.Unclear })) return (results, true);

        foreach (var suspect in rows.Where(x => x.LastError is not null))
        {
            if (results.Exists(x => x is Interrupted or Failure { Cause: Cause.Silence })) break;

            var result = await sender.Send(suspect, timeLimit, sending);
            var isGuilty = result is Failure { Cause: Cause.Unclear };
            results.Add(isGuilty ? (Failure)result with { Cause = Cause.Message } : result);
            if (isGuilty) return (results, true);
        }

        return (results, false);
    }
}
