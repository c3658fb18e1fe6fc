using BatchBus.Api.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Api.Audiences;

/// <summary>
/// Works off <c>audience_deletions</c>, in every replica of Api: some thousand members a transaction, so that millions hold no long lock, and
/// a process that dies costs one step.
/// </summary>
sealed class MemberDeletionService(NpgsqlDataSource database, IOptions<AudienceOptions> options, ILogger<MemberDeletionService> log)
    : RecurringWork("Deleting members", log)
{
    readonly Bell _bell = new();

    /// <summary>There is something to delete.</summary>
    public void Wake() => _bell.Ring();

    protected override async Task Work(CancellationToken cancellationToken)
    {
        while (await Step(cancellationToken)) { }
    }

    protected override Task Rest(CancellationToken cancellationToken) => _bell.Wait(options.Value.DeletionTick, cancellationToken);

    /// <summary>Deletes some members of the oldest deletion that nobody else works on.</summary>
    /// <returns>False when there is none.</returns>
    async Task<bool> Step(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await Next(connection, cancellationToken) is not var (audience, from)) return false;
        var to = await Run<string?>(connection, """
            SELECT email FROM audience_members WHERE audience_id = $1 AND email > $2 ORDER BY email OFFSET $3 LIMIT 1
            """, cancellationToken, audience, from, options.Value.DeletionStep - 1);
        if (to is not null)
        {
            await Run<object?>(connection, "DELETE FROM audience_members WHERE audience_id = $1 AND email > $2 AND email <= $3", cancellationToken, audience, from, to);
            await Run<object?>(connection, "UPDATE audience_deletions SET deleted_to = $2 WHERE audience_id = $1", cancellationToken, audience, to);
        }
        else
        {
            // The rest, from the very beginning: the entry goes only with the last member.
            await Run<object?>(connection, "DELETE FROM audience_members WHERE audience_id = $1", cancellationToken, audience);
            await Run<object?>(connection, "DELETE FROM audience_deletions WHERE audience_id = $1", cancellationToken, audience);
        }
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    static async Task<(Guid Audience, string From)?> Next(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT audience_id, deleted_to FROM audience_deletions ORDER BY requested_at, audience_id LIMIT 1 FOR UPDATE SKIP LOCKED", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetGuid(0), reader.GetString(1)) : null;
    }

    static async Task<T?> Run<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _bell.Dispose();
        base.Dispose();
    }
}
