using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace BatchBus.Api.Access;

/// <summary>Bearer tokens (RFC 6750) in the form of Supabase: <c>sub</c> is the user, <c>role</c> is <c>authenticated</c> or <c>service_role</c>.</summary>
static class JwtAccess
{
    public static WebApplicationBuilder AddJwtAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddHttpClient(AuthorityKeys.HttpClientName, client =>
        {
            client.Timeout = TimeSpan.FromSeconds(5);
            client.MaxResponseContentBufferSize = 1024 * 1024; // a key set has some kilobytes
        });
        builder.Services.AddSingleton<AuthorityKeys>();
        builder.Services.AddSingleton<AuthorityTokens>();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<AuthOptions>, AuthorityTokens, TimeProvider>((bearer, auth, authority, clock) => Configure(bearer, auth.Value, authority, clock));
        // Every endpoint wants a caller unless it says otherwise.
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(context => Caller.TryRead(context.User, out _)).Build());
        return builder;
    }

    static void Configure(JwtBearerOptions bearer, AuthOptions auth, AuthorityTokens authority, TimeProvider clock)
    {
        bearer.MapInboundClaims = false;
        bearer.TimeProvider = clock;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidateIssuer = !string.IsNullOrEmpty(auth.Issuer),
            ValidIssuer = auth.Issuer,
            ValidateAudience = !string.IsNullOrEmpty(auth.Audience),
            ValidAudience = auth.Audience,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = TimeSpan.FromSeconds(30),
            NameClaimType = "sub",
            RoleClaimType = "role",
        };
        if (auth.JwtSecret is { Length: > 0 } secret)
        {
            bearer.TokenValidationParameters.IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret));
            bearer.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256];
        }
        else authority.Check(bearer);
    }
}
