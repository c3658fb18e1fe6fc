using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Tests.Fast.Api.Access;

/// <summary>A token with the claims of Supabase's, each of which a test may change or leave out.</summary>
sealed record TestToken
{
    public Guid User { get; } = Guid.NewGuid();

    public Dictionary<string, object?> Claims { get; }

    public TestToken() => Claims = new()
    {
        ["sub"] = User.ToString(), ["role"] = "authenticated", ["aud"] = "authenticated", ["iss"] = "https://project.supabase.co/auth/v1", ["exp"] = In(1),
    };

    /// <summary>A time as tokens have it.</summary>
    public static long In(double hours) => TimeProvider.System.GetUtcNow().AddHours(hours).ToUnixTimeSeconds();

    public TestToken With(string claim, object? value)
    {
        Claims[claim] = value;
        return this;
    }

    public TestToken Without(string claim)
    {
        Claims.Remove(claim);
        return this;
    }

    public string SignedWith(SigningCredentials credentials) => new JsonWebTokenHandler().CreateToken(JsonSerializer.Serialize(Claims), credentials);

    public string SignedWith(string secret = TestApi.JwtSecret, string algorithm = SecurityAlgorithms.HmacSha256) =>
        SignedWith(new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), algorithm));
}
