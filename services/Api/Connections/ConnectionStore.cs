using BatchBus.Api.Access;
using BatchBus.Api.Data;
using BatchBus.Api.Jobs;
using BatchBus.Contracts;
using BatchBus.Secrets;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BatchBus.Api.Connections;

/// <summary>What became of a new key.</summary>
enum KeyReplacement
{
    Done,

    /// <summary>Another connection of the owner has this key.</summary>
    Duplicate,

    /// <summary>Another request put another key in while this one asked Whop.</summary>
    Overtaken,

    /// <summary>The connection was deleted meanwhile.</summary>
    Gone,
}

/// <summary>
/// Changes connections. Whop is asked before, without a transaction, so each change looks again at what it was decided on: requests that come
/// at the same moment cannot undo each other unseen.
/// </summary>
sealed class ConnectionStore(ApiDbContext database, ApiKeyCipher cipher, IPublishEndpoint bus, TimeProvider clock)
{
    const string OncePerOwner = "whop_connections_one_per_key";

    /// <summary>Stores a new connection; null when its owner has one with this key already.</summary>
    public async Task<WhopConnection?> Add(Guid owner, string companyId, string apiKey, string label, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        var now = clock.GetUtcNow();
        var connection = new WhopConnection
        {
            Id = id, OwnerId = owner, CompanyId = companyId, Label = label, ApiKeyCiphertext = cipher.Encrypt(apiKey, id),
            KeyFingerprint = ApiKeyCipher.Fingerprint(apiKey), CreatedAt = now, UpdatedAt = now,
        };
        database.Add(connection);
        try
        {
            await database.SaveChangesAsync(cancellationToken);
            return connection;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OncePerOwner })
        {
            return null;
        }
    }

    /// <summary>A connection that the caller may change; null when there is none.</summary>
    public Task<WhopConnection?> Find(Caller caller, Guid id, CancellationToken cancellationToken) =>
        database.Connections.AsNoTracking().Of(caller).SingleOrDefaultAsync(c => c.Id == id && c.DeletedAt == null, cancellationToken);

    /// <summary>Puts a new key in the place of the one that <paramref name="connection"/> was read with, and brings the object up to date.</summary>
    public async Task<KeyReplacement> ReplaceKey(WhopConnection connection, string apiKey, CancellationToken cancellationToken)
    {
        var (id, seen) = (connection.Id, connection.KeyFingerprint);
        connection.ApiKeyCiphertext = cipher.Encrypt(apiKey, id);
        connection.KeyFingerprint = ApiKeyCipher.Fingerprint(apiKey);
        connection.UpdatedAt = clock.GetUtcNow();
        try
        {
            // By fingerprint, not by ciphertext, which a rotation of the master key changes. The same key sent twice at once is no conflict.
            var changed = await database.Connections
                .Where(c => c.Id == id && c.DeletedAt == null && (c.KeyFingerprint == seen || c.KeyFingerprint == connection.KeyFingerprint))
                .ExecuteUpdateAsync(set => set
                    .SetProperty(c => c.ApiKeyCiphertext, connection.ApiKeyCiphertext)
                    .SetProperty(c => c.KeyFingerprint, connection.KeyFingerprint)
                    .SetProperty(c => c.UpdatedAt, connection.UpdatedAt), cancellationToken);
            if (changed == 1) return KeyReplacement.Done;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OncePerOwner })
        {
            return KeyReplacement.Duplicate;
        }
        var isThere = await database.Connections.AnyAsync(c => c.Id == id && c.DeletedAt == null, cancellationToken);
        return isThere ? KeyReplacement.Overtaken : KeyReplacement.Gone;
    }

    /// <summary>Deletes a connection's key for good and tells its jobs to end, all or nothing. The row stays: audiences and jobs name it.</summary>
    /// <returns>False when there is no such connection, or it is not the caller's.</returns>
    public async Task<bool> Delete(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // FOR UPDATE waits for jobs that are being inserted, whose foreign key holds the row, so that they are seen below.
        var found = await database.Connections.FromSql($"""
            SELECT * FROM whop_connections
            WHERE id = {id} AND deleted_at IS NULL AND (owner_id = {caller.UserId} OR {caller.Role == Caller.ServiceRole}) FOR UPDATE
            """).ToListAsync(cancellationToken);
        if (found is not [var connection]) return false;
        connection.DeletedAt = connection.UpdatedAt = clock.GetUtcNow();
        connection.ApiKeyCiphertext = null;
        var jobs = await database.Jobs.Where(job => job.OwnerId == connection.OwnerId && job.ConnectionId == id && JobStatus.Active.Contains(job.Status))
            .Select(job => job.CorrelationId).ToListAsync(cancellationToken);
        foreach (var job in jobs)
            await bus.Publish(new CancelJob(job, JobEnds.ConnectionDeletedSentence, JobEnds.ConnectionDeleted), publish => publish.SetPriority(MessagePriority.OfMany), cancellationToken);
        await database.SaveChangesAsync(cancellationToken); // the connection, and the commands into the outbox
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
