using System.Globalization;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Cli;

/// <summary>Issues tokens with the claims that Supabase's have: <c>sub</c>, <c>role</c>, <c>aud</c>, <c>exp</c>; signed with HS256.</summary>
sealed class LocalToken(string secret, TimeProvider clock)
{
    public const string Authenticated = "authenticated", ServiceRole = "service_role";

    // Shorter keys are refused by HS256's own rule (RFC 7518, 3.2).
    const int LeastSecretBytes = 32;

    /// <summary>Users that exist only on a developer's machine: the same id for the same number each time.</summary>
    public static Guid LocalUser(int number) => Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:x12}"));

    /// <summary>Why nothing can be signed with a secret; null when it can.</summary>
    public static string? Refusal(string secret) =>
        Encoding.UTF8.GetByteCount(secret) < LeastSecretBytes ? $"Auth__JwtSecret must have at least {LeastSecretBytes} characters." : null;

    public string For(Guid user, string role, TimeSpan validity)
    {
        if (Refusal(secret) is { } refusal) throw new CliException(refusal);
        var key = Encoding.UTF8.GetBytes(secret);
        var now = clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["sub"] = user.ToString(), ["role"] = role },
            Audience = Authenticated,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + validity,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256),
        });
    }
}
