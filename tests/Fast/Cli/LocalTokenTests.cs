using System.Text;
using BatchBus.Cli;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Tests.Fast.Cli;

public sealed class LocalTokenTests
{
    const string Secret = "a secret of more than 32 characters, as HS256 wants it";
    static readonly Guid User = Guid.Parse("7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55");

    [Fact]
    public async Task A_token_has_the_claims_that_supabase_gives_and_is_signed_with_the_secret()
    {
        var text = new LocalToken(Secret, new FixedClock()).For(User, "service_role", TimeSpan.FromHours(2));

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Secret)),
            ValidAlgorithms = ["HS256"],
            ValidAudience = "authenticated",
            ValidateIssuer = false,
            ValidateLifetime = false,
        });

        Assert.True(result.IsValid, result.Exception?.Message);
        var token = (JsonWebToken)result.SecurityToken;
        Assert.Equal(User.ToString(), token.Subject);
        Assert.Equal("service_role", token.GetClaim("role").Value);
        Assert.Equal(FixedClock.Now.AddHours(2).UtcDateTime, token.ValidTo);
    }

    [Fact]
    public void A_secret_that_is_too_short_is_refused()
    {
        var token = new LocalToken("short", TimeProvider.System);

        var error = Assert.Throws<CliException>(() => token.For(User, "authenticated", TimeSpan.FromHours(1)));

        Assert.Equal("Auth__JwtSecret must have at least 32 characters.", error.Message);
    }

    [Fact]
    public void Local_users_are_the_same_each_time() =>
        Assert.Equal(Guid.Parse("00000000-0000-4000-8000-00000000000a"), LocalToken.LocalUser(10));

    sealed class FixedClock : TimeProvider
    {
        public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
