using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// The outbox as the delivery sees it. Times are the database's, so that the clocks of several machines do not matter.
/// </summary>
sealed class OutboxTable
{
    const int ErrorLength = 2_000;

    readonly DbContext _db;
    readonly string _table, _sequence, _attempts, _nextAttempt, _sent, _error, _parked;

    public OutboxTable(DbContext db)
    {
        var names = new EntityNames(db, typeof(OutboxMessage));
        _db = db;
        _table = names.Table;
        _sequence = names[nameof(OutboxMessage.SequenceNumber)];
        _attempts = names[nameof(OutboxMessage.Attempts)];
        _nextAttempt = names[nameof(OutboxMessage.NextAttemptAt)];
        _sent = names[nameof(OutboxMessage.SentTime)];
        _error = names[nameof(OutboxMessage.LastError)];
        _parked = names[nameof(OutboxMessage.ParkedAt)];
    }

    /// <summary>The oldest rows that are due and that no other process is sending, locked until the transaction ends.</summary>
    public Task<List<OutboxMessage>> TakeDue(int limit, CancellationToken cancellationToken)
    {
        var select =
            $$"""
            SELECT * FROM {{_table}} WHERE {{_parked}} IS NULL AND {{_nextAttempt}} <= now()
            ORDER BY {{_sequence}} LIMIT {0} FOR UPDATE SKIP LOCKED
            """;
        return _db.Set<OutboxMessage>().FromSqlRaw(select, limit).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>Deletes what has left, in one statement.</summary>
    public async Task Remove(IReadOnlyCollection<OutboxMessage> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return;

        long[] ids = [.. rows.Select(x => x.SequenceNumber)];
        var delete = $$"""DELETE FROM {{_table}} WHERE {{_sequence}} = ANY({0})""";
        await _db.Database.ExecuteSqlRawAsync(delete, [ids], cancellationToken);
    }

    /// <summary>
    /// Notes failures and when to try again. A row's own fault waits 1 s, 2 s, 4 s up to a minute. The broker's trouble waits half the message's
    /// age, 0.5 to 5 s: that grows exponentially too, and lets everything flow soon after an outage. Both vary by a quarter, lest the same rows
    /// meet in every batch.
    /// </summary>
    public async Task Postpone(IReadOnlyCollection<Failure> failures, int maxAttempts, CancellationToken cancellationToken)
    {
        if (failures.Count == 0) return;

        long[] ids = [.. failures.Select(x => x.Row.SequenceNumber)];
        string[] errors = [.. failures.Select(x => Describe(x.Error))];
        bool[] own = [.. failures.Select(x => x.Cause is Cause.Message)];
        bool[] parked = [.. failures.Select(x => x.Parks(maxAttempts))];
        var update =
            $$"""
            UPDATE {{_table}} o SET
                {{_error}} = f.error,
                {{_attempts}} = o.{{_attempts}} + f.own::int,
                {{_parked}} = CASE WHEN f.parked THEN clock_timestamp() END,
                {{_nextAttempt}} = clock_timestamp() + (0.75 + random() / 2) * CASE WHEN f.own
                    THEN least(interval '1 second' * power(2, least(o.{{_attempts}}, 10)), interval '1 minute')
                    ELSE greatest(interval '0.5 seconds', least((clock_timestamp() - o.{{_sent}}) / 2, interval '5 seconds')) END
            FROM unnest({0}, {1}, {2}, {3}) AS f(id, error, own, parked) WHERE o.{{_sequence}} = f.id
            """;
        await _db.Database.ExecuteSqlRawAsync(update, [ids, errors, own, parked], cancellationToken);
    }

    /// <summary>Time until the next postponed row is due; null when none is postponed.</summary>
    public async Task<TimeSpan?> UntilNextDue(CancellationToken cancellationToken)
    {
        var select =
            $"""
            SELECT extract(epoch FROM min({_nextAttempt}) - clock_timestamp())::float8 AS "Value"
            FROM {_table} WHERE {_parked} IS NULL AND {_nextAttempt} > clock_timestamp()
            """;
        var seconds = await _db.Database.SqlQueryRaw<double?>(select).ToListAsync(cancellationToken);
        return seconds is [{ } left] ? TimeSpan.FromSeconds(Math.Max(left, 0)) : null;
    }

    static string Describe(Exception error)
    {
        // PostgreSQL's text has no U+0000, which an exception that quotes a message may carry.
        var text = $"{error.GetType().Name}: {error.Message}";
        for (var cause = error.InnerException; cause is not null; cause = cause.InnerException)
            text += $" <- {cause.GetType().Name}: {cause.Message}";
        text = text.Replace('\0', ' ');
        return text.Length <= ErrorLength ? text : text[..ErrorLength];
    }
}
