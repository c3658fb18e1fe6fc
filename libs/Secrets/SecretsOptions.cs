using System.ComponentModel.DataAnnotations;

namespace BatchBus.Secrets;

/// <summary>The keys that encrypt Whop API keys at rest and on the bus.</summary>
public sealed class SecretsOptions : IValidatableObject
{
    /// <summary>The section in the configuration: <c>Secrets</c>.</summary>
    public const string SectionName = "Secrets";

    /// <summary>The key that encrypts: 32 bytes, base64. Required; make one with <c>openssl rand -base64 32</c>.</summary>
    public string MasterKey { get; set; } = "";

    /// <summary>Keys that encrypted before and can still decrypt, separated by commas; none by default.</summary>
    public string PreviousKeys { get; set; } = "";

    /// <summary>The previous keys, one by one.</summary>
    internal IEnumerable<string> Previous => PreviousKeys.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsKey(MasterKey))
            yield return new("Secrets__MasterKey must be 32 bytes in base64; make one with `openssl rand -base64 32`, and give Api and Fetcher the same.");
        if (!Previous.All(IsKey))
            yield return new("Every key in Secrets__PreviousKeys must be 32 bytes in base64, separated by commas.");
    }

    static bool IsKey(string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == ApiKeyCipher.KeyBytes;
    }
}
