using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace BatchBus.Secrets;

/// <summary>
/// Encrypts and decrypts Whop API keys: AES-256-GCM (NIST SP 800-38D) with the connection's id as associated data, so that a ciphertext
/// moved to another connection does not decrypt. Its form is <c>v1.&lt;key id&gt;.&lt;base64 of nonce, tag and ciphertext&gt;</c>.
/// </summary>
public sealed class ApiKeyCipher
{
    internal const int KeyBytes = 32;
    const int NonceBytes = 12;
    const int TagBytes = 16;

    readonly string _currentId;
    readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <summary>Makes one from the settings.</summary>
    /// <param name="options">The master key and its predecessors.</param>
    public ApiKeyCipher(IOptions<SecretsOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _currentId = Add(options.Value.MasterKey);
        foreach (var previous in options.Value.Previous) Add(previous);
    }

    /// <summary>Encrypts a key with the current master key.</summary>
    /// <param name="apiKey">The key in clear.</param>
    /// <param name="connectionId">The connection that it belongs to.</param>
    public string Encrypt(string apiKey, Guid connectionId)
    {
        var plain = Encoding.UTF8.GetBytes(apiKey);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_keys[_currentId], TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), connectionId.ToByteArray());
        return $"v1.{_currentId}.{Convert.ToBase64String(sealedBytes)}";
    }

    /// <summary>Decrypts a key.</summary>
    /// <param name="ciphertext">What <see cref="Encrypt"/> returned.</param>
    /// <param name="connectionId">The connection that it was encrypted for.</param>
    /// <exception cref="CryptographicException">It was encrypted with an unknown key, for another connection, or has been changed.</exception>
    public string Decrypt(string ciphertext, Guid connectionId)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        if (ciphertext.Split('.') is not ["v1", var keyId, var body])
            throw new CryptographicException("The stored API key is not of the form v1.<key id>.<base64>.");
        if (!_keys.TryGetValue(keyId, out var key))
            throw new CryptographicException($"The API key was encrypted with master key {keyId}, which is neither Secrets__MasterKey nor in Secrets__PreviousKeys.");
        var sealedBytes = Unpack(body).AsSpan();
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(sealedBytes[..NonceBytes], sealedBytes[(NonceBytes + TagBytes)..], sealedBytes.Slice(NonceBytes, TagBytes), plain, connectionId.ToByteArray());
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>
    /// Encrypts anew what is not under the current master key. What is, is decrypted all the same, so that damage is found while the backup
    /// that could mend it still exists.
    /// </summary>
    /// <param name="ciphertext">What <see cref="Encrypt"/> returned, with the current master key or a previous one.</param>
    /// <param name="connectionId">The connection that it was encrypted for.</param>
    /// <returns>The new ciphertext; null when it was under the current master key already.</returns>
    /// <exception cref="CryptographicException">It was encrypted with an unknown key, for another connection, or has been changed.</exception>
    public string? Renew(string ciphertext, Guid connectionId)
    {
        var apiKey = Decrypt(ciphertext, connectionId);
        return ciphertext.StartsWith($"v1.{_currentId}.", StringComparison.Ordinal) ? null : Encrypt(apiKey, connectionId);
    }

    /// <summary>What tells two keys apart without telling them: SHA-256, hexadecimal. API keys are random, so it cannot be guessed back.</summary>
    /// <param name="apiKey">The key in clear.</param>
    public static string Fingerprint(string apiKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(apiKey)));

    static byte[] Unpack(string body)
    {
        var bytes = new byte[body.Length];
        return Convert.TryFromBase64String(body, bytes, out var length) && length >= NonceBytes + TagBytes
            ? bytes[..length]
            : throw new CryptographicException("The stored API key is cut short or no base64.");
    }

    string Add(string base64)
    {
        var key = Convert.FromBase64String(base64);
        var id = Convert.ToHexStringLower(SHA256.HashData(key))[..8];
        _keys[id] = key;
        return id;
    }
}
