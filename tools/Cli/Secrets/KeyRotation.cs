using System.Security.Cryptography;
using BatchBus.Database;
using BatchBus.Secrets;
using Npgsql;

namespace BatchBus.Cli.Secrets;

/// <summary>How many stored API keys a rotation met.</summary>
/// <param name="Rotated">Encrypted anew, under the current master key.</param>
/// <param name="Current">Under the current master key already.</param>
/// <param name="Unreadable">Left as they are: no known master key decrypts them.</param>
sealed record RotationResult(int Rotated, int Current, int Unreadable);

/// <summary>
/// Encrypts every stored API key that is not under the current master key anew, a chunk at a time. Each chunk is one statement, so an
/// interruption leaves nothing half done, and the next run finds what is left.
/// </summary>
/// <param name="connectionString">An administrator's login: row-level security must not hide a row.</param>
/// <param name="cipher">With the current master key and its predecessors.</param>
/// <param name="unreadable">Is told each connection whose key cannot be decrypted, and why.</param>
sealed class KeyRotation(string connectionString, ApiKeyCipher cipher, Action<Guid, string> unreadable)
{
    const int ChunkSize = 200;

    RotationResult _result = new(0, 0, 0);

    public async Task<RotationResult> Run(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        // With row security off, a login from which rows would be hidden gets an error instead of "nothing to rotate".
        await Execute(connection, "SET row_security = off", cancellationToken);
        // Two rotations at once would lock the same rows in different orders.
        await Execute(connection, $"SELECT pg_advisory_lock({AdvisoryLocks.KeyRotation})", cancellationToken);
        var after = Guid.Empty;
        while (await Read(connection, "id > $1", after, cancellationToken) is [.., var last] chunk)
        {
            after = last.Id;
            // What was not written was changed meanwhile, perhaps by a service that has the old master key still: look at it again.
            while (await Renew(connection, chunk, cancellationToken) is { Length: > 0 } missed)
                chunk = await Read(connection, "id = ANY($1)", missed, cancellationToken);
        }
        return _result;
    }

    static async Task<List<Stored>> Read(NpgsqlConnection connection, string which, object value, CancellationToken cancellationToken)
    {
        // By uuid's own order, which the primary key has; a deleted connection has no key.
        var sql = $"SELECT id, api_key_ciphertext FROM whop_connections WHERE {which} AND api_key_ciphertext IS NOT NULL ORDER BY id LIMIT {ChunkSize}";
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = value } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var chunk = new List<Stored>(ChunkSize);
        while (await reader.ReadAsync(cancellationToken)) chunk.Add(new Stored(reader.GetGuid(0), reader.GetString(1)));
        return chunk;
    }

    /// <summary>Renews what needs it of a chunk.</summary>
    /// <returns>Those that were changed by somebody else meanwhile.</returns>
    async Task<Guid[]> Renew(NpgsqlConnection connection, List<Stored> chunk, CancellationToken cancellationToken)
    {
        var renewed = new List<(Stored Old, string New)>();
        foreach (var stored in chunk)
        {
            try
            {
                if (cipher.Renew(stored.Ciphertext, stored.Id) is { } ciphertext) renewed.Add((stored, ciphertext));
                else _result = _result with { Current = _result.Current + 1 };
            }
            catch (CryptographicException e)
            {
                _result = _result with { Unreadable = _result.Unreadable + 1 };
                unreadable(stored.Id, e.Message);
            }
        }
        if (renewed.Count == 0) return [];
        var written = await Write(connection, renewed, cancellationToken);
        _result = _result with { Rotated = _result.Rotated + written.Count };
        return [.. renewed.Select(r => r.Old.Id).Where(id => !written.Contains(id))];
    }

    // updated_at stays: for the owner nothing has changed.
    static async Task<HashSet<Guid>> Write(NpgsqlConnection connection, List<(Stored Old, string New)> renewed, CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE whop_connections c SET api_key_ciphertext = r.new
            FROM unnest($1, $2, $3) AS r(id, old, new) WHERE c.id = r.id AND c.api_key_ciphertext = r.old RETURNING c.id
            """;
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = renewed.Select(r => r.Old.Id).ToArray() });
        command.Parameters.Add(new() { Value = renewed.Select(r => r.Old.Ciphertext).ToArray() });
        command.Parameters.Add(new() { Value = renewed.Select(r => r.New).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var written = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken)) written.Add(reader.GetGuid(0));
        return written;
    }

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    sealed record Stored(Guid Id, string Ciphertext);
}
