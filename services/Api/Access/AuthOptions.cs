using System.ComponentModel.DataAnnotations;
using System.Text;

namespace BatchBus.Api.Access;

/// <summary>Whose tokens are accepted: Supabase's, signed with its JWT secret (HS256) or with the keys that its authority publishes.</summary>
sealed class AuthOptions : IValidatableObject
{
    public const string SectionName = "Auth";

    /// <summary>The JWT secret. This or <see cref="Authority"/> is required.</summary>
    public string? JwtSecret { get; set; }

    /// <summary>Who publishes the public keys, under <c>/.well-known/jwks.json</c>: <c>https://project.supabase.co/auth/v1</c>.</summary>
    public string? Authority { get; set; }

    /// <summary>The <c>iss</c> that tokens must have; any when not set.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> that tokens must have, <c>authenticated</c> with Supabase; any when not set.</summary>
    public string? Audience { get; set; }

    /// <summary>Where the authority's keys are. Supabase serves them here, whether or not it serves OpenID metadata.</summary>
    internal Uri JwksAddress => new($"{Authority!.TrimEnd('/')}/.well-known/jwks.json");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(JwtSecret) == string.IsNullOrEmpty(Authority))
            yield return new("Set either Auth__JwtSecret (Supabase: Settings, API, JWT Secret) or Auth__Authority (https://<project>.supabase.co/auth/v1).");
        // RFC 7518, 3.2: the key must be at least as long as the hash.
        if (!string.IsNullOrEmpty(JwtSecret) && Encoding.UTF8.GetByteCount(JwtSecret) < 32)
            yield return new("Auth__JwtSecret must have at least 32 bytes, as HS256 wants it.");
        if (!string.IsNullOrEmpty(Authority) && !IsTrustworthy(Authority))
            yield return new("Auth__Authority must begin with https://, because whoever can change the keys on their way can sign in as anybody; only localhost may use http://.");
    }

    static bool IsTrustworthy(string authority) =>
        Uri.TryCreate(authority, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
