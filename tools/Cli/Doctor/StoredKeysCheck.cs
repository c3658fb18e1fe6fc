using System.Security.Cryptography;
using BatchBus.Cli.Display;
using BatchBus.Database;
using BatchBus.Secrets;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Cli.Doctor;

/// <summary>Whether the master key decrypts every stored API key.</summary>
/// <param name="secrets">The master key and its predecessors; null when they are no keys.</param>
sealed class StoredKeysCheck(SecretsOptions? secrets)
{
    public const string Name = "keys";

    const int MostNamed = 5;

    public async Task<Finding> Run(NpgsqlConnection connection, CancellationToken ct)
    {
        if (secrets is null) return Finding.Warning(Name, "Not checked, because the master key is not set as it should be.");
        if (!await SeesAll(connection, ct))
            return Finding.Warning(Name, $"Not checked: this login may not see every connection. Give {LoginRoles.Api}, or an administrator's, in ConnectionStrings__Postgres.");
        var (current, previous, unreadable) = await Read(connection, new ApiKeyCipher(Options.Create(secrets)), ct);
        return (previous, unreadable) switch
        {
            (_, { Count: > 0 }) => Finding.Failed(Name, $"{Words.Count(unreadable.Count, "API key cannot", "API keys cannot")} be decrypted, of connection {string.Join(", ", unreadable.Take(MostNamed))}"
                + $"{(unreadable.Count > MostNamed ? " …" : "")}. Put the master key that encrypted them into Secrets__PreviousKeys, or let the owners replace them."),
            ( > 0, _) => Finding.Warning(Name, $"{Words.Count(previous, "API key is", "API keys are")} under a previous master key, {Words.Number(current)} under the current one. ./batchbus secrets rotate encrypts them anew."),
            _ => Finding.Ok(Name, $"The master key decrypts {Words.Count(current, "stored API key", "stored API keys")}."),
        };
    }

    /// <summary>From any other login row-level security hides connections without a word.</summary>
    static async Task<bool> SeesAll(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT rolsuper OR rolbypassrls OR rolname = $1 FROM pg_roles WHERE rolname = current_user", connection)
        {
            Parameters = { new() { Value = LoginRoles.Api } },
        };
        return await command.ExecuteScalarAsync(ct) is true;
    }

    static async Task<(int Current, int Previous, List<Guid> Unreadable)> Read(NpgsqlConnection connection, ApiKeyCipher cipher, CancellationToken ct)
    {
        var (current, previous, unreadable) = (0, 0, new List<Guid>());
        await using var command = new NpgsqlCommand("SELECT id, api_key_ciphertext FROM whop_connections WHERE api_key_ciphertext IS NOT NULL ORDER BY id", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            try
            {
                if (cipher.Renew(reader.GetString(1), reader.GetGuid(0)) is null) current++;
                else previous++;
            }
            catch (CryptographicException)
            {
                unreadable.Add(reader.GetGuid(0));
            }
        }
        return (current, previous, unreadable);
    }
}
