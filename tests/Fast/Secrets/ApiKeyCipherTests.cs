using System.Security.Cryptography;
using BatchBus.Secrets;
using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Secrets;

public sealed class ApiKeyCipherTests
{
    static readonly string Old = NewKey();
    static readonly string Current = NewKey();
    static readonly Guid Connection = Guid.NewGuid();

    [Fact]
    public void What_was_encrypted_is_decrypted_and_does_not_show()
    {
        var ciphertext = Cipher(Current).Encrypt("whop_secret_key", Connection);
        Assert.DoesNotContain("secret", ciphertext, StringComparison.Ordinal);
        Assert.Equal("whop_secret_key", Cipher(Current).Decrypt(ciphertext, Connection));
    }

    [Fact]
    public void The_same_key_never_looks_the_same_twice() =>
        Assert.NotEqual(Cipher(Current).Encrypt("key", Connection), Cipher(Current).Encrypt("key", Connection));

    [Fact]
    public void A_ciphertext_belongs_to_its_connection() =>
        Assert.ThrowsAny<CryptographicException>(() => Cipher(Current).Decrypt(Cipher(Current).Encrypt("key", Connection), Guid.NewGuid()));

    [Fact]
    public void A_previous_key_still_decrypts() =>
        Assert.Equal("key", Cipher(Current, Old).Decrypt(Cipher(Old).Encrypt("key", Connection), Connection));

    [Fact]
    public void An_unknown_key_is_named() =>
        Assert.Contains("Secrets__PreviousKeys", Assert.ThrowsAny<CryptographicException>(
            () => Cipher(Current).Decrypt(Cipher(Old).Encrypt("key", Connection), Connection)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_under_a_previous_key_is_renewed_under_the_current_one()
    {
        var renewed = Cipher(Current, Old).Renew(Cipher(Old).Encrypt("key", Connection), Connection);
        Assert.Equal("key", Cipher(Current).Decrypt(renewed!, Connection));
    }

    [Fact]
    public void What_is_under_the_current_key_needs_no_renewal() =>
        Assert.Null(Cipher(Current, Old).Renew(Cipher(Current).Encrypt("key", Connection), Connection));

    [Fact]
    public void What_cannot_be_read_is_not_renewed()
    {
        var ciphertext = Cipher(Current).Encrypt("key", Connection);
        Assert.ThrowsAny<CryptographicException>(() => Cipher(Current).Renew(ciphertext, Guid.NewGuid()));
        Assert.ThrowsAny<CryptographicException>(() => Cipher(Current).Renew($"{ciphertext[..^8]}AAAAAAA=", Connection));
        Assert.ThrowsAny<CryptographicException>(() => Cipher(Current).Renew(Cipher(Old).Encrypt("key", Connection), Connection));
    }

    [Fact]
    public void A_changed_ciphertext_does_not_decrypt()
    {
        var parts = Cipher(Current).Encrypt("key", Connection).Split('.');
        var bytes = Convert.FromBase64String(parts[2]);
        bytes[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => Cipher(Current).Decrypt($"{parts[0]}.{parts[1]}.{Convert.ToBase64String(bytes)}", Connection));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("v2.aa.bb")]
    [InlineData("v1.00000000.!!")]
    [InlineData("v1.short")]
    public void What_is_no_ciphertext_is_refused(string text) =>
        Assert.ThrowsAny<CryptographicException>(() => Cipher(Current).Decrypt(text, Connection));

    [Fact]
    public void A_ciphertext_that_is_too_short_is_refused()
    {
        var keyId = Cipher(Current).Encrypt("key", Connection).Split('.')[1];
        Assert.ThrowsAny<CryptographicException>(() => Cipher(Current).Decrypt($"v1.{keyId}.AAAA", Connection));
        Assert.ThrowsAny<CryptographicException>(() => Cipher(Current).Decrypt($"v1.{keyId}.no base64", Connection));
    }

    static ApiKeyCipher Cipher(string master, params string[] previous) =>
        new(Options.Create(new SecretsOptions { MasterKey = master, PreviousKeys = string.Join(",", previous) }));

    static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
