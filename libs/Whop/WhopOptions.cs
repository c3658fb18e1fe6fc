using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace BatchBus.Whop;

/// <summary>How to reach the Whop API.</summary>
public sealed class WhopOptions : IValidatableObject
{
    /// <summary>The section in the configuration: <c>Whop</c>.</summary>
    public const string SectionName = "Whop";

    /// <summary>The newest version date whose list takes <c>company_id</c> and has <c>user.email</c>; later ones take <c>account_id</c>.</summary>
    static readonly DateOnly LastLegacyVersion = new(2026, 7, 20);

    /// <summary>Base address. Default <c>https://api.whop.com/api/v1</c> (https://docs.whop.com/developer/api/getting-started).</summary>
    public string BaseUrl { get; set; } = "https://api.whop.com/api/v1";

    /// <summary>The <c>Api-Version-Date</c> header, which decides the shape of the answers. Default <c>2026-07-20</c>, the official SDK's.</summary>
    public string ApiVersionDate { get; set; } = "2026-07-20";

    /// <summary>Members a page. Default 100, which is also Whop's maximum.</summary>
    [Range(1, 100, ErrorMessage = "Whop__PageSize must be between 1 and 100, Whop's maximum.")]
    public int PageSize { get; set; } = 100;

    /// <summary>Requests a minute and key. Default 600, Whop's limit per operation and key.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Whop__RequestsPerMinute must be between 1 and 1000000; Whop allows 600 per key.")]
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Time limit of one attempt, body included. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00", ErrorMessage = "Whop__AttemptTimeout must be between 0.1 seconds and 2 minutes.")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Quick tries after the first when Whop is unavailable. Default 3.</summary>
    [Range(0, 10, ErrorMessage = "Whop__QuickRetries must be between 0 and 10.")]
    public int QuickRetries { get; set; } = 3;

    /// <summary>True for the versions up to 2026-07-20, whose shape Whop calls legacy.</summary>
    public bool IsLegacy => Version <= LastLegacyVersion;

    /// <summary>
    /// True where <c>created_after</c> and <c>created_before</c> go by the same <c>created_at</c> that the list is sorted by. In the shape that is not legacy they go by the time of
    /// joining, as Whop's own clients say.
    /// </summary>
    public bool FiltersByCreation => IsLegacy;

    // Null for what is no date; the validation reads every public property, and says so in a sentence.
    DateOnly? Version => DateOnly.TryParseExact(ApiVersionDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            yield return new("Whop__BaseUrl must be an absolute http(s) address such as https://api.whop.com/api/v1.");
        if (Version is null)
            yield return new("Whop__ApiVersionDate must be a date such as 2026-07-20; Whop answers an unknown one with 400.");
    }
}
